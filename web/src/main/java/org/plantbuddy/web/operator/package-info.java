/** How an installation is, asked of its parts, for the command {@code status} and the operator's page. */
@NullMarked
package org.plantbuddy.web.operator;

import org.jspecify.annotations.NullMarked;
