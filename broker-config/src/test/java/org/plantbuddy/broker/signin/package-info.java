@NullMarked
package org.plantbuddy.broker.signin;

import org.jspecify.annotations.NullMarked;
