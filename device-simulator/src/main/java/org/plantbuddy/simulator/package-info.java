/** Boards that behave like the real ones: plants that dry out, 48 h of history, a load. */
@NullMarked
package org.plantbuddy.simulator;

import org.jspecify.annotations.NullMarked;
