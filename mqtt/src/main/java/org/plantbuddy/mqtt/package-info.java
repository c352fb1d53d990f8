/** The one seam over the MQTT client library: connections that come back, deliveries, publications with an outcome. */
@NullMarked
package org.plantbuddy.mqtt;

import org.jspecify.annotations.NullMarked;
