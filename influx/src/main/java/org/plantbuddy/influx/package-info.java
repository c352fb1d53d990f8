/** The one seam over InfluxDB: where it is, and what it makes of a write. */
@NullMarked
package org.plantbuddy.influx;

import org.jspecify.annotations.NullMarked;
