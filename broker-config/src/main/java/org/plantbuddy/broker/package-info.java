/** What the broker runs with: who may connect, what each may do, and the arrival stamp on every message. */
@NullMarked
package org.plantbuddy.broker;

import org.jspecify.annotations.NullMarked;
