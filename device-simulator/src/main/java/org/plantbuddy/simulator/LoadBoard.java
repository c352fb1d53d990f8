package org.plantbuddy.simulator;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One board of a load, on a thread of its own. What the broker has not answered when a connection ends is sent again on the
 * next, as MQTT wants it; what it refused because it can take no more now is sent again a little later.
 */
final class LoadBoard implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoadBoard.class);
    private static final long IDLE_NANOS = 500_000;
    /** Short: a load is there to meet a broker that comes back. */
    private static final long RECONNECT_NANOS = Duration.ofMillis(500).toNanos();

    private static final long REFUSED_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int FIRST_ERROR = 0x80;
    private static final int QUOTA_EXCEEDED = 0x97;

    private final BrokerAddress broker;
    private final Credentials credentials;
    private final Ledger ledger;
    private final LoadSession session = new LoadSession();
    private final Queue<NumberedReading> queue = new ConcurrentLinkedQueue<>();
    private final Queue<NumberedReading> refused = new ConcurrentLinkedQueue<>();
    private final AtomicLong unanswered = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    /** The broker has said that it can take no more: one reading a second tries whether it can again. */
    private volatile boolean heldBack;

    private volatile long refusedAt;

    LoadBoard(BrokerAddress broker, Credentials credentials, Ledger ledger) {
        this.broker = broker;
        this.credentials = credentials;
        this.ledger = ledger;
        thread = new Thread(this::run, "load-" + credentials.username());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    Credentials credentials() {
        return credentials;
    }

    void send(NumberedReading reading) {
        unanswered.incrementAndGet();
        queue.add(reading);
    }

    /** Readings given to {@link #send} that have no outcome yet. */
    long unanswered() {
        return unanswered.get();
    }

    /** Readings that are on their way to the broker, or back as its answer. */
    long inFlight() {
        return session.size();
    }

    private void run() {
        while (!closing) {
            try (LoadConnection connection =
                    LoadConnection.open(broker, credentials, session, this::settle, ledger::repeated)) {
                drainTo(connection);
            } catch (IOException e) {
                log.debug("load board not connected board={} cause={}", credentials, e.toString());
            }
            if (!closing) {
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(RECONNECT_NANOS / 2, RECONNECT_NANOS));
            }
        }
    }

    private void drainTo(LoadConnection connection) throws IOException {
        while (!closing && !connection.isLost()) {
            @Nullable NumberedReading reading = connection.hasRoom() && mayTry() ? next() : null;
            if (reading == null) {
                connection.flush();
                LockSupport.parkNanos(IDLE_NANOS);
            } else {
                connection.publish(reading);
            }
        }
    }

    private boolean mayTry() {
        return !heldBack || (session.size() == 0 && System.nanoTime() - refusedAt > REFUSED_PAUSE_NANOS);
    }

    private @Nullable NumberedReading next() {
        @Nullable NumberedReading first = refused.poll();
        return first == null ? queue.poll() : first;
    }

    private void settle(NumberedReading reading, int reasonCode) {
        if (reasonCode < FIRST_ERROR) {
            ledger.acknowledged(reading.number(), credentials);
            unanswered.decrementAndGet();
            if (heldBack && System.nanoTime() - refusedAt > REFUSED_PAUSE_NANOS) {
                heldBack = false; // the one that tried
            }
            return;
        }
        ledger.refused(reading.number(), credentials, reasonCode);
        if (reasonCode == QUOTA_EXCEEDED) {
            refusedAt = System.nanoTime();
            heldBack = true;
            refused.add(reading);
        } else {
            unanswered.decrementAndGet();
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
