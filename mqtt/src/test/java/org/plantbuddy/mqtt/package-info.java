@NullMarked
package org.plantbuddy.mqtt;

import org.jspecify.annotations.NullMarked;
