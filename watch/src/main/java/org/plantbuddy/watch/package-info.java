/** What works and what does not, and who is told: the operator, once for each change, by webhook or mail. */
@NullMarked
package org.plantbuddy.watch;

import org.jspecify.annotations.NullMarked;
