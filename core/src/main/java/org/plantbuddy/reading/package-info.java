/** A reading, as all that handle one know it. */
@NullMarked
package org.plantbuddy.reading;

import org.jspecify.annotations.NullMarked;
