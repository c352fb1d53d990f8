package org.plantbuddy.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.plantbuddy.topic.SeriesName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A board with a plant on a thread of its own: it connects, sends a reading of each sensor every interval, and when the
 * connection or the broker is gone it comes back by itself. {@code offline} follows it by will. Its plant is watered
 * whenever it is very dry, so it falls below 35 again and again.
 *
 * <p>{@link #start} returns at once, whether or not the broker is there. {@link #close} may be called at any time.
 */
public final class SimulatedBoard implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SimulatedBoard.class);

    private static final Duration PARTING = Duration.ofSeconds(6);

    private final BrokerAddress broker;
    private final Credentials credentials;
    private final Plant plant;
    private final Duration interval;
    private final Clock clock;
    private final Thread thread;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing;
    private final AtomicLong acknowledged = new AtomicLong();

    /**
     * A board that is not yet switched on.
     *
     * @param interval time between two readings of a sensor
     */
    public SimulatedBoard(BrokerAddress broker, Credentials credentials, Plant plant, Duration interval, Clock clock) {
        this.broker = broker;
        this.credentials = credentials;
        this.plant = plant;
        this.interval = interval;
        this.clock = clock;
        thread = new Thread(this::run, "board-" + credentials.username());
        thread.setDaemon(true);
    }

    /** A board that was watered now, and whose {@code soil_moisture} has passed 35 after {@code driesWithin}. */
    public static SimulatedBoard drying(
            BrokerAddress broker, Credentials credentials, Duration driesWithin, Duration interval, Clock clock) {
        Plant plant = new Plant(credentials.username().hashCode(), clock.instant(), driesWithin);
        return new SimulatedBoard(broker, credentials, plant, interval, clock);
    }

    public SimulatedBoard start() {
        thread.start();
        return this;
    }

    /** Readings the broker has acknowledged since the start. */
    public long acknowledged() {
        return acknowledged.get();
    }

    private void run() {
        Backoff backoff = new Backoff();
        while (!closing) {
            try (BoardConnection connection = BoardConnection.open(broker, credentials, wake::release)) {
                log.info("board connected board={} broker={}", credentials, broker.uri());
                backoff.reset();
                sendUntilTheEndOf(connection);
            } catch (MqttException e) {
                log.warn("board cannot connect board={} broker={} cause={}", credentials, broker.uri(), e.toString());
            }
            pause(backoff.next(), () -> closing);
        }
    }

    private void sendUntilTheEndOf(BoardConnection connection) {
        BooleanSupplier over = () -> closing || connection.isLost();
        while (!over.getAsBoolean()) {
            send(connection);
            pause(untilNextInterval(), over);
        }
        if (!closing) {
            log.warn("board lost its connection board={} cause={}", credentials, connection.lostBecause());
        }
    }

    private void send(BoardConnection connection) {
        Instant now = clock.instant();
        for (Sensor sensor : Sensor.values()) {
            String topic = new SeriesName(credentials.user(), credentials.device(), sensor.topicName()).topic();
            connection.publishReading(topic, plant.read(sensor, now).toPlainString(), Optional.empty(), this::count);
        }
    }

    private void count(Published outcome) {
        if (outcome instanceof Published.Acknowledged) {
            acknowledged.incrementAndGet();
        } else if (outcome instanceof Published.Refused refused) {
            log.warn("broker refused a reading board={} reasonCode={}", credentials, refused.reasonCode());
        }
    }

    /** To the next multiple of the interval, so that readings stay in step however long sending takes. */
    private Duration untilNextInterval() {
        long millis = interval.toMillis();
        return Duration.ofMillis(millis - Math.floorMod(clock.millis(), millis));
    }

    /** Waits, but not past the end of the connection or of the board. */
    private void pause(Duration duration, BooleanSupplier over) {
        wake.drainPermits();
        if (over.getAsBoolean()) {
            return;
        }
        try {
            boolean early = wake.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS);
            log.trace("board wakes board={} early={}", credentials, early);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    /** Says {@code offline} and ends. Waits a few seconds at most. */
    @Override
    public void close() {
        closing = true;
        wake.release();
        try {
            thread.join(PARTING.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
