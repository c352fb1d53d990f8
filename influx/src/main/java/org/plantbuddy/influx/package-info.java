/** The one seam over InfluxDB: where it is, what it makes of writes, queries, and its management. */
@NullMarked
package org.plantbuddy.influx;

import org.jspecify.annotations.NullMarked;
