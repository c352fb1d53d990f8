package org.plantbuddy.mqtt;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The way to the broker. */
@FunctionalInterface
public interface Publisher {

    /**
     * Publishes with QoS 1, and does not wait.
     *
     * @return completes with what becomes of it, never exceptionally; at the latest when the connection ends
     */
    CompletableFuture<Outcome> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties);
}
