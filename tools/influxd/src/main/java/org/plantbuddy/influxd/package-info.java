/** Gets a real InfluxDB 2 server onto this machine and runs it as a child process. */
@NullMarked
package org.plantbuddy.influxd;

import org.jspecify.annotations.NullMarked;
