/** What the operator sees: whether InfluxDB's tasks run, and whether a reading still becomes an alert. */
@NullMarked
package org.plantbuddy.bridge.watch;

import org.jspecify.annotations.NullMarked;
