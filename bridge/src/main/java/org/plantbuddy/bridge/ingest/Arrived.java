package org.plantbuddy.bridge.ingest;

import org.plantbuddy.mqtt.Delivery;

/** A message, and the delivery to be accepted once it is safe. */
record Arrived(Message message, Delivery delivery) {

    /** Whether the broker will deliver it again. */
    boolean isStale() {
        return delivery.isDropped();
    }
}
