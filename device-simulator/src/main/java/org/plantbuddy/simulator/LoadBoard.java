package org.plantbuddy.simulator;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.plantbuddy.topic.SeriesName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One board of a load, on a thread of its own. What the broker has not acknowledged when a connection ends is sent again
 * on the next: the same number with the same time.
 */
final class LoadBoard implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoadBoard.class);
    private static final long IDLE_NANOS = 500_000;

    private final BrokerAddress broker;
    private final Credentials credentials;
    private final String topic;
    private final Ledger ledger;
    private final Queue<NumberedReading> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong unanswered = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    LoadBoard(BrokerAddress broker, Credentials credentials, String sensor, Ledger ledger) {
        this.broker = broker;
        this.credentials = credentials;
        this.topic = new SeriesName(credentials.user(), credentials.device(), sensor).topic();
        this.ledger = ledger;
        thread = new Thread(this::run, "load-" + credentials.username());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void send(NumberedReading reading) {
        unanswered.incrementAndGet();
        ledger.sent();
        queue.add(reading);
    }

    /** Readings given to {@link #send} that have no outcome yet. */
    long unanswered() {
        return unanswered.get();
    }

    private void run() {
        Backoff backoff = new Backoff();
        while (!closing) {
            try (BoardConnection connection = BoardConnection.open(broker, credentials, () -> {})) {
                backoff.reset();
                drainTo(connection);
            } catch (MqttException e) {
                log.warn("load board cannot connect board={} cause={}", credentials, e.toString());
            }
            if (!closing) {
                LockSupport.parkNanos(backoff.next().toNanos());
            }
        }
    }

    private void drainTo(BoardConnection connection) {
        while (!closing && !connection.isLost()) {
            NumberedReading reading = queue.poll();
            if (reading == null) {
                LockSupport.parkNanos(IDLE_NANOS);
            } else {
                connection.publishReading(
                        topic, Long.toString(reading.number()), reading.time(), outcome -> settle(reading, outcome));
            }
        }
    }

    private void settle(NumberedReading reading, Published outcome) {
        if (outcome instanceof Published.Acknowledged) {
            ledger.acknowledged(reading.number(), credentials);
            unanswered.decrementAndGet();
        } else if (outcome instanceof Published.Refused refused) {
            ledger.refused(reading.number(), credentials, refused.reasonCode());
            unanswered.decrementAndGet();
        } else {
            ledger.repeated();
            queue.add(reading);
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
