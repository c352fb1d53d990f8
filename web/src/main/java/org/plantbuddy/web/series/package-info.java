/** The readings, as lines of a chart. */
@NullMarked
package org.plantbuddy.web.series;

import org.jspecify.annotations.NullMarked;
