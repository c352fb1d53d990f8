@NullMarked
package org.plantbuddy.bridge.refused;

import org.jspecify.annotations.NullMarked;
