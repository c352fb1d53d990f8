/** Tests over the whole: real processes, third-party clients, a real browser. */
@NullMarked
package org.plantbuddy.e2e;

import org.jspecify.annotations.NullMarked;
