/** Readings that cannot be stored: kept, counted, and told to their owner; and what the broker denied, told too. */
@NullMarked
package org.plantbuddy.bridge.refused;

import org.jspecify.annotations.NullMarked;
