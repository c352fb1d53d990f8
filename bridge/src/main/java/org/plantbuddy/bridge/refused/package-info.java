/** Readings that cannot be stored: kept, counted, and told to their owner. */
@NullMarked
package org.plantbuddy.bridge.refused;

import org.jspecify.annotations.NullMarked;
