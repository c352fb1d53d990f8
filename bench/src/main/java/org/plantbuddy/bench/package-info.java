/** Measurements: the same broker and the same InfluxDB, with Plant Buddy, Telegraf or a bare consumer between them. */
@NullMarked
package org.plantbuddy.bench;

import org.jspecify.annotations.NullMarked;
