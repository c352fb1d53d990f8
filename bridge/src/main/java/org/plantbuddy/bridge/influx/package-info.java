/** Readings out: from the journal to InfluxDB, each until it is stored or named as unacceptable. */
@NullMarked
package org.plantbuddy.bridge.influx;

import org.jspecify.annotations.NullMarked;
