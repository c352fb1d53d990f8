package org.plantbuddy.mqtt;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.plantbuddy.config.Secret;

/**
 * How to reach the broker, and as whom.
 *
 * @param url {@code tcp://host:port} or {@code ssl://host:port}
 * @param password asked for at each connection, since it may be replaced
 * @param keptFor how long the broker keeps the session after a connection, with what is not acknowledged; zero: it starts clean
 * @param subscription filter, with QoS 1
 * @param will what the broker publishes, retained, when the connection breaks
 */
public record MqttOptions(
        String url,
        String clientId,
        String username,
        Supplier<Secret> password,
        Duration keptFor,
        Optional<String> subscription,
        Optional<Will> will) {

    /** A message with QoS 1. */
    public record Will(String topic, String payload) {}

    /** A client whose password stays the same. */
    public MqttOptions(String url, String clientId, String username, Secret password) {
        this(url, clientId, username, () -> password);
    }

    /** A client that keeps nothing and only publishes. */
    public MqttOptions(String url, String clientId, String username, Supplier<Secret> password) {
        this(url, clientId, username, password, Duration.ZERO, Optional.empty(), Optional.empty());
    }

    /** The same under another client id. */
    public MqttOptions withClientId(String id) {
        return new MqttOptions(url, id, username, password, keptFor, subscription, will);
    }

    /** The same client with a subscription. */
    public MqttOptions subscribedTo(String filter) {
        return new MqttOptions(url, clientId, username, password, keptFor, Optional.of(filter), will);
    }

    /** The same client whose session the broker keeps. */
    public MqttOptions keptFor(Duration time) {
        return new MqttOptions(url, clientId, username, password, time, subscription, will);
    }

    /** The same client with a will. */
    public MqttOptions withWill(String topic, String payload) {
        return new MqttOptions(
                url, clientId, username, password, keptFor, subscription, Optional.of(new Will(topic, payload)));
    }
}
