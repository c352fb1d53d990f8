package org.plantbuddy.bridge.ingest;

import java.util.Map;
import java.util.Optional;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.InFlight;

/** A message with QoS 1 that no broker has sent. */
final class FakeDelivery extends Delivery {

    private final Map<String, String> properties;

    FakeDelivery(InFlight connection, String topic, byte[] payload, int packetId, Map<String, String> properties) {
        super(connection, topic, payload, packetId, 1);
        this.properties = properties;
    }

    @Override
    public Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name));
    }
}
