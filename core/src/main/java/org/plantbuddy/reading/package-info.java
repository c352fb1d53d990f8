/** A reading, and how bad it is, as all that handle them know them. */
@NullMarked
package org.plantbuddy.reading;

import org.jspecify.annotations.NullMarked;
