package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.bridge.alert.AlertPublisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the bridge's places at the broker: connects, and connects again for as long as it takes, also when the broker is
 * not there at the start. Thread-safe.
 */
final class MqttConnection implements AlertPublisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long FIRST_DELAY_MS = 100;
    private static final long LONGEST_DELAY_MS = 10_000;
    private static final long CLOSED_WITHIN_MS = 15_000;

    private final BrokerAddress address;
    private final Counter connects;
    private final Consumer<Delivery> deliveries;
    private final Runnable onConnected;
    private volatile Optional<String> problem = Optional.of("not connected yet");
    private volatile @Nullable BrokerSession session;
    private volatile boolean closed;
    private final Thread thread;

    private MqttConnection(
            BrokerAddress address, Counter connects, Consumer<Delivery> deliveries, Runnable onConnected) {
        this.address = address;
        this.connects = connects;
        this.deliveries = deliveries;
        this.onConnected = onConnected;
        this.thread = new Thread(this::run, "mqtt-" + address.clientId());
    }

    /**
     * Starts connecting, and returns at once.
     *
     * @param connects counted on each connection
     * @param onConnected called after each connection; must not block
     */
    static MqttConnection start(
            BrokerAddress address, Counter connects, Consumer<Delivery> deliveries, Runnable onConnected) {
        MqttConnection connection = new MqttConnection(address, connects, deliveries, onConnected);
        connection.thread.setDaemon(true);
        connection.thread.start();
        return connection;
    }

    private void run() {
        long delay = FIRST_DELAY_MS;
        try {
            while (!closed) {
                if (connectAndStay()) {
                    delay = FIRST_DELAY_MS;
                }
                if (!closed) {
                    TimeUnit.MILLISECONDS.sleep(
                            delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1));
                    delay = Math.min(LONGEST_DELAY_MS, delay * 2);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there was a connection. */
    @SuppressWarnings("NullAway") // a field that is empty between connections
    private boolean connectAndStay() throws InterruptedException {
        try (BrokerSession opened = BrokerSession.open(address, deliveries)) {
            if (closed) {
                return true;
            }
            session = opened;
            problem = Optional.empty();
            connects.increment();
            onConnected.run();
            String why = opened.awaitEnd();
            lost("connection to " + address.url() + " lost: " + why);
            return true;
        } catch (MqttException | RuntimeException e) {
            lost("cannot connect to " + address.url() + ": " + e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
            return false;
        } finally {
            session = null;
        }
    }

    private void lost(String why) {
        if (!closed && !problem.equals(Optional.of(why))) {
            LOG.warn("event=broker_not_connected reason=\"{}\"", why);
        }
        problem = Optional.of(why);
    }

    @Override
    public CompletableFuture<Void> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        BrokerSession current = session;
        return current == null
                ? CompletableFuture.failedFuture(new IOException("not connected to the broker at " + address.url()))
                : current.publish(topic, payload, retained, userProperties);
    }

    /** Why it is not connected; empty while it is. */
    Optional<String> problem() {
        return problem;
    }

    /** Disconnects. The broker keeps what is not acknowledged. */
    @Override
    public void close() {
        closed = true;
        BrokerSession current = session;
        if (current != null) {
            current.end("closed");
        } else {
            thread.interrupt(); // it is connecting, or waits to
        }
        try {
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
