/** Who a client is: from its CONNECT to its session, and when that ends. */
@NullMarked
package org.plantbuddy.broker.signin;

import org.jspecify.annotations.NullMarked;
