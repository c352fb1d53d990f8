package org.plantbuddy.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.mqtt.NoDelaySockets;
import org.plantbuddy.topic.Topics;

/**
 * One connection of one board, from CONNECT to its end. It says {@code online}, and {@code offline} by will or on
 * {@link #close}. A connection that was lost stays lost: open another. Thread-safe.
 */
final class BoardConnection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PARTING = Duration.ofSeconds(2);
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int MOST_IN_FLIGHT = 65_535;

    private final MqttAsyncClient client;
    private final String statusTopic;
    private final Runnable onEnd;
    private final Set<Delivery> pending = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
    /** What the broker takes at once: publishing more than its receive maximum would end the connection. */
    private final Semaphore window = new Semaphore(0);

    private BoardConnection(BrokerAddress broker, Credentials credentials, Runnable onEnd) throws MqttException {
        this.onEnd = onEnd;
        // The same id every time: a broker that still holds the last connection ends it, and its will comes before the
        // new `online`, not after.
        String clientId = "board-" + credentials.user() + "-" + credentials.device();
        client = new MqttAsyncClient(broker.uri(), clientId, new MemoryPersistence());
        client.setCallback(new ConnectionEvents(this::onLost));
        statusTopic = Topics.status(credentials.user(), credentials.device());
    }

    /**
     * Connects and says {@code online}.
     *
     * @param onEnd run once when the connection has ended, whoever ended it
     * @throws MqttException when the broker cannot be reached or refuses the board
     */
    static BoardConnection open(BrokerAddress broker, Credentials credentials, Runnable onEnd) throws MqttException {
        BoardConnection connection = new BoardConnection(broker, credentials, onEnd);
        try {
            connection.connect(broker, credentials);
            return connection;
        } catch (MqttException | RuntimeException e) {
            connection.release();
            throw e;
        }
    }

    private void connect(BrokerAddress broker, Credentials credentials) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(credentials.username());
        options.setPassword(credentials.token().getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        options.setConnectionTimeout((int) PATIENCE.toSeconds());
        options.setWill(statusTopic, message("offline", true, Optional.empty()));
        if (!broker.tls()) {
            options.setSocketFactory(new NoDelaySockets());
        }
        IMqttToken connected = client.connect(options);
        connected.waitForCompletion(PATIENCE.toMillis());
        window.release(receiveMaximum(connected));
        publish(statusTopic, message("online", true, Optional.empty()), outcome -> {});
    }

    private static int receiveMaximum(IMqttToken connected) {
        @Nullable MqttProperties properties = connected.getResponseProperties();
        @Nullable Integer maximum = properties == null ? null : properties.getReceiveMaximum();
        return maximum == null ? MOST_IN_FLIGHT : maximum;
    }

    /**
     * Publishes a reading at QoS 1; waits while the broker has as many unacknowledged ones as it takes.
     *
     * @param time the board's own time of the reading, as user property {@code time}
     * @param outcome told once, when the reading is acknowledged or refused, or the connection has ended
     */
    void publishReading(String topic, String payload, Optional<String> time, Consumer<Published> outcome) {
        publish(topic, message(payload, false, time), outcome);
    }

    private void publish(String topic, MqttMessage message, Consumer<Published> outcome) {
        if (!enterWindow()) {
            outcome.accept(new Published.Unknown("not sent: the broker acknowledges nothing"));
            return;
        }
        Delivery delivery = new Delivery(outcome, this::leaveWindow);
        pending.add(delivery);
        try {
            client.publish(topic, message, null, delivery);
        } catch (MqttException e) {
            delivery.settle(new Published.Unknown(e.toString()));
        }
        if (isLost()) {
            delivery.settle(new Published.Unknown(lostBecause()));
        }
    }

    private void leaveWindow(Delivery delivery) {
        pending.remove(delivery);
        window.release();
    }

    private boolean enterWindow() {
        try {
            return !isLost() && window.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static MqttMessage message(String payload, boolean retained, Optional<String> time) {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), 1, retained, null);
        time.ifPresent(text -> {
            MqttProperties properties = new MqttProperties();
            properties.setUserProperties(List.of(new UserProperty(Topics.TIME, text)));
            message.setProperties(properties);
        });
        return message;
    }

    /** Whether the connection has ended; it does not come back. */
    boolean isLost() {
        return lost.get() != null;
    }

    /** Why it has ended. */
    String lostBecause() {
        return String.valueOf(lost.get());
    }

    private void onLost(String cause) {
        if (lost.compareAndSet(null, cause)) {
            pending.forEach(delivery -> delivery.settle(new Published.Unknown(cause)));
            onEnd.run();
        }
    }

    /** Says {@code offline} and leaves. Waits a few seconds at most. */
    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.publish(statusTopic, message("offline", true, Optional.empty()))
                        .waitForCompletion(PARTING.toMillis());
                client.disconnect().waitForCompletion(PARTING.toMillis());
            }
        } catch (MqttException e) {
            // The will says offline in our place.
        } finally {
            release();
        }
    }

    /** Ends the connection without a word, as a power cut does. */
    void cut() {
        release();
    }

    private void release() {
        onLost("closed");
        try {
            client.disconnectForcibly(0, 1, false);
        } catch (MqttException e) {
            // It was not connected.
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            // Nothing is left that could be released.
        }
    }
}
