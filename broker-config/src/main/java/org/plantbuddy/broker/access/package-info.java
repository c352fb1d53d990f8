/** Who a client can be, what it may do and how much, and what is said when it may not. Depends on no other package of the broker. */
@NullMarked
package org.plantbuddy.broker.access;

import org.jspecify.annotations.NullMarked;
