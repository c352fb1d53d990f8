/** Readings from before: line protocol files into InfluxDB, in the way every other reading is kept. */
@NullMarked
package org.plantbuddy.operations.history;

import org.jspecify.annotations.NullMarked;
