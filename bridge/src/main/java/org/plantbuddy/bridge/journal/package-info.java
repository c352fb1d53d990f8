/** Readings made safe: on disk from before the broker hears they were taken until InfluxDB has them. */
@NullMarked
package org.plantbuddy.bridge.journal;

import org.jspecify.annotations.NullMarked;
