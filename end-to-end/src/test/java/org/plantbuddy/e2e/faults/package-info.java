/** What becomes of readings when parts of the system are killed, frozen, cut off or filled up under load. */
@NullMarked
package org.plantbuddy.e2e.faults;

import org.jspecify.annotations.NullMarked;
