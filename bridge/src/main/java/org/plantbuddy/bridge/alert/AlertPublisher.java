package org.plantbuddy.bridge.alert;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The way to the broker. */
public interface AlertPublisher {

    /**
     * Publishes with QoS 1.
     *
     * @return completes once the broker has acknowledged; exceptionally when it refused or could not be reached
     */
    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained, Map<String, String> userProperties);
}
