/** Whose readings are dropped, wherever they are on their way. */
@NullMarked
package org.plantbuddy.bridge.departed;

import org.jspecify.annotations.NullMarked;
