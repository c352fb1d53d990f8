@NullMarked
package org.plantbuddy.bridge.influx;

import org.jspecify.annotations.NullMarked;
