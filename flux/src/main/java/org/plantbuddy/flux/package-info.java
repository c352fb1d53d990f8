/** The Flux scripts InfluxDB runs for Plant Buddy, with their options filled in. */
@NullMarked
package org.plantbuddy.flux;

import org.jspecify.annotations.NullMarked;
