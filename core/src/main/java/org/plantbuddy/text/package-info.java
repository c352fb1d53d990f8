/** Texts that somebody else wrote. */
@NullMarked
package org.plantbuddy.text;

import org.jspecify.annotations.NullMarked;
