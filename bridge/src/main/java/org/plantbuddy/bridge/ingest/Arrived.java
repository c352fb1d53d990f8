package org.plantbuddy.bridge.ingest;

import org.plantbuddy.boards.Message;
import org.plantbuddy.mqtt.Delivery;

/** A message, and the delivery to be accepted once it is safe. */
record Arrived(Message message, Delivery delivery) {

    static Arrived of(Delivery delivery) {
        return new Arrived(Message.of(delivery.topic(), delivery.payload(), delivery::property), delivery);
    }

    /** Whether the broker will deliver it again. */
    boolean isStale() {
        return delivery.isDropped();
    }
}
