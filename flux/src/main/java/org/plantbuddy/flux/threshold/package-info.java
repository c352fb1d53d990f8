/** What users want to be told of: thresholds of their own, kept in InfluxDB, where the tasks read them. */
@NullMarked
package org.plantbuddy.flux.threshold;

import org.jspecify.annotations.NullMarked;
