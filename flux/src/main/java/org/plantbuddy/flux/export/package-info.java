/** What users take out: their readings, or all that is kept of them. */
@NullMarked
package org.plantbuddy.flux.export;

import org.jspecify.annotations.NullMarked;
