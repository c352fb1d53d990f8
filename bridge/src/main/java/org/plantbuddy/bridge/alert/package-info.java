/** Alerts on their way out: notification from InfluxDB, outbox in the accounts database, the user's MQTT topics. */
@NullMarked
package org.plantbuddy.bridge.alert;

import org.jspecify.annotations.NullMarked;
