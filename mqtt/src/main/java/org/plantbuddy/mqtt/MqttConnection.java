package org.plantbuddy.mqtt;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.process.Vital;
import org.plantbuddy.time.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's place at the broker: connects, and connects again for as long as it takes, also when the broker is not there
 * at the start. Thread-safe.
 */
public final class MqttConnection implements Publisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final long FIRST_DELAY_MS = 100;
    private static final long LONGEST_DELAY_MS = 5_000;
    private static final long HELD_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSED_WITHIN_MS = 15_000;

    /** After so long without a message it asks for some, then half as often each time. */
    private static final long FIRST_ASK_MS = 1_000;

    private static final long LONGEST_ASK_MS = 10_000;

    private final MqttOptions options;
    private final MqttListener listener;
    private final Thread thread;
    private volatile Optional<String> problem = Optional.of("not connected yet");
    private volatile @Nullable MqttSession session;
    private volatile boolean closed;

    private MqttConnection(MqttOptions options, MqttListener listener) {
        this.options = options;
        this.listener = listener;
        this.thread = Vital.thread("mqtt-" + options.clientId(), this::run);
    }

    /** Starts connecting, and returns at once. */
    public static MqttConnection start(MqttOptions options, MqttListener listener) {
        MqttConnection connection = new MqttConnection(options, listener);
        connection.thread.start();
        return connection;
    }

    private void run() {
        Backoff backoff = new Backoff(Duration.ofMillis(FIRST_DELAY_MS), Duration.ofMillis(LONGEST_DELAY_MS));
        try {
            while (!closed) {
                if (connectAndStay()) {
                    backoff.reset();
                }
                if (!closed) {
                    TimeUnit.MILLISECONDS.sleep(backoff.next().toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there was a connection that held: one that breaks at once, each time, must not be made in a loop. */
    @SuppressWarnings("NullAway") // a field that is empty between connections
    private boolean connectAndStay() throws InterruptedException {
        try (MqttSession opened = MqttSession.open(options, listener)) {
            long since = System.nanoTime();
            session = opened;
            if (closed) {
                return true;
            }
            LOG.info(
                    "event=broker_connected url={} client={} session_present={}",
                    options.url(),
                    options.clientId(),
                    opened.resumed());
            problem = Optional.empty();
            listener.connected(opened);
            stay(opened);
            lost("connection to " + options.url() + " lost: " + opened.endReason());
            if (!opened.endedAsAsked()) {
                listener.lost();
            }
            return System.nanoTime() - since > HELD_NS;
        } catch (IOException | RuntimeException e) {
            lost(String.valueOf(e.getMessage()));
            listener.notConnected();
            return false;
        } finally {
            session = null;
        }
    }

    /**
     * HiveMQ CE gives readings to a subscriber that has none, when the queue was empty before or the subscriber has just
     * subscribed; else only to those that acknowledge. Who has nothing would go without for as long as others are behind.
     */
    private static void stay(MqttSession opened) throws InterruptedException {
        long pause = FIRST_ASK_MS;
        long before = 0;
        while (!opened.endsWithin(pause)) {
            if (opened.isOutOfDate()) {
                opened.end("its password was replaced");
                return;
            }
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
            LOG.warn("event=broker_not_connected client={} reason=\"{}\"", options.clientId(), why);
        }
        problem = Optional.of(why);
    }

    @Override
    public CompletableFuture<Outcome> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        MqttSession current = session;
        return current == null
                ? CompletableFuture.completedFuture(
                        new Outcome.Unknown("not connected to the broker at " + options.url()))
                : current.publish(topic, payload, retained, userProperties);
    }

    /** Why it is not connected; empty while it is. */
    public Optional<String> problem() {
        return problem;
    }

    /** Waits for a connection, where there is none; returns whether there is one. */
    public boolean isConnectedWithin(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (problem.isPresent() && deadline - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return problem.isEmpty();
    }

    /** Ends this connection, if there is one, and connects anew. */
    public void reconnect(String why) {
        MqttSession current = session;
        if (current != null) {
            current.endAsAsked(why);
        }
    }

    /** Begins to {@link #close}. */
    public void stop() {
        closed = true;
        MqttSession current = session;
        if (current != null) {
            current.endAsAsked("closed");
        } else {
            thread.interrupt(); // it is connecting, or waits to
        }
    }

    /** Disconnects. The broker keeps what is not acknowledged for as long as the session. */
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
