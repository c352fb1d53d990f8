/** The bridge: readings from the broker to InfluxDB, alerts from InfluxDB to the broker. */
@NullMarked
package org.plantbuddy.bridge;

import org.jspecify.annotations.NullMarked;
