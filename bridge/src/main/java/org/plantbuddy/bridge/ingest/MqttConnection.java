package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the bridge's places at the broker: connects, and connects again for as long as it takes, also when the broker is
 * not there at the start. Thread-safe.
 */
final class MqttConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long FIRST_DELAY_MS = 100;
    private static final long LONGEST_DELAY_MS = 10_000;
    private static final long HELD_NS = TimeUnit.MILLISECONDS.toNanos(LONGEST_DELAY_MS);
    private static final long CLOSED_WITHIN_MS = 15_000;

    /** After so long without a message it asks for some, then half as often each time. */
    private static final long FIRST_ASK_MS = 1_000;

    private static final long LONGEST_ASK_MS = 10_000;

    private static final String TOGETHER = "another connection of this bridge was lost";

    private final BrokerAddress address;
    private final Meters meters;
    private final Consumer<Delivery> deliveries;
    private final Runnable onConnected;
    private final Runnable onLost;
    private volatile Optional<String> problem = Optional.of("not connected yet");
    private volatile List<String> notGuaranteed = List.of();
    private volatile @Nullable BrokerSession session;
    private volatile boolean closed;
    private final Thread thread;

    private MqttConnection(
            BrokerAddress address,
            Meters meters,
            Consumer<Delivery> deliveries,
            Runnable onConnected,
            Runnable onLost) {
        this.address = address;
        this.meters = meters;
        this.deliveries = deliveries;
        this.onConnected = onConnected;
        this.onLost = onLost;
        this.thread = Vital.thread("mqtt-" + address.clientId(), this::run);
    }

    /**
     * What happens to connections.
     *
     * @param connects counted on each
     * @param failures counted on each that ends because the client itself failed
     */
    record Meters(Counter connects, Counter failures) {}

    /**
     * Starts connecting, and returns at once.
     *
     * @param onConnected called after each connection; must not block
     * @param onLost called when a connection is lost, but by {@link #endTogether}; must not block
     */
    static MqttConnection start(
            BrokerAddress address,
            Meters meters,
            Consumer<Delivery> deliveries,
            Runnable onConnected,
            Runnable onLost) {
        MqttConnection connection = new MqttConnection(address, meters, deliveries, onConnected, onLost);
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

    /** Returns whether there was a connection that held: one that breaks at once, each time, must not be made in a loop. */
    @SuppressWarnings("NullAway") // a field that is empty between connections
    private boolean connectAndStay() throws InterruptedException {
        try (BrokerSession opened = BrokerSession.open(address, deliveries, meters.failures()::increment)) {
            long since = System.nanoTime();
            if (closed) {
                return true;
            }
            session = opened;
            notGuaranteed = opened.notGuaranteed();
            meters.connects().increment();
            problem = Optional.empty();
            onConnected.run();
            stay(opened);
            lost("connection to " + address.url() + " lost: " + opened.endReason());
            if (!opened.endReason().equals(TOGETHER)) {
                onLost.run();
            }
            return System.nanoTime() - since > HELD_NS;
        } catch (MqttException | RuntimeException e) {
            lost("cannot connect to " + address.url() + ": " + e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
            return false;
        } finally {
            session = null;
        }
    }

    /**
     * HiveMQ CE gives readings to a subscriber that has none, when the queue was empty before or the subscriber has just
     * subscribed; else only to those that acknowledge. Who has nothing would go without for as long as others are behind.
     */
    private static void stay(BrokerSession opened) throws InterruptedException {
        long pause = FIRST_ASK_MS;
        long before = 0;
        while (!opened.endsWithin(pause)) {
            long now = opened.delivered();
            if (now == before) {
                opened.askForMessages();
                pause = Math.min(LONGEST_ASK_MS, pause * 2);
            } else {
                pause = FIRST_ASK_MS;
            }
            before = now;
        }
    }

    private void lost(String why) {
        if (!closed && !problem.equals(Optional.of(why))) {
            LOG.warn("event=broker_not_connected client={} reason=\"{}\"", address.clientId(), why);
        }
        problem = Optional.of(why);
    }

    CompletableFuture<Void> publish(
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

    /** What the broker said it cannot guarantee when this connection was made last. */
    List<String> notGuaranteed() {
        return notGuaranteed;
    }

    /** Ends this connection, if there is one, and connects anew. */
    void endTogether() {
        BrokerSession current = session;
        if (current != null) {
            current.end(TOGETHER);
        }
    }

    /** Begins to {@link #close}. */
    void stop() {
        closed = true;
        BrokerSession current = session;
        if (current != null) {
            current.end("closed");
        } else {
            thread.interrupt(); // it is connecting, or waits to
        }
    }

    /** Disconnects. The broker keeps what is not acknowledged. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
