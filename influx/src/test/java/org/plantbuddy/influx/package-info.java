@NullMarked
package org.plantbuddy.influx;

import org.jspecify.annotations.NullMarked;
