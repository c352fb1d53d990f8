/** What every MQTT client of the system needs. */
@NullMarked
package org.plantbuddy.mqtt;

import org.jspecify.annotations.NullMarked;
