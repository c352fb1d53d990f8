@NullMarked
package org.plantbuddy.bridge.time;

import org.jspecify.annotations.NullMarked;
