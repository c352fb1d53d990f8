package org.plantbuddy.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.MqttConnection;
import org.plantbuddy.mqtt.MqttListener;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;
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

    private static final Duration PARTING = Duration.ofSeconds(2);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(6);

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
        try (MqttConnection connection = MqttConnection.start(client(), new Connected())) {
            while (!closing) {
                if (connection.problem().isEmpty()) {
                    send(connection);
                }
                pause(untilNextInterval());
            }
            if (connection.problem().isEmpty()) {
                var unused = say(connection, "offline").get(PARTING.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            log.debug("board has not said offline board={} cause={}", credentials, e.toString());
        }
    }

    /** The same id every time: a broker that still holds the last connection ends it, and its will comes before `online`. */
    private MqttOptions client() {
        return new MqttOptions(
                        broker.uri(),
                        "board-" + credentials.user() + "-" + credentials.device(),
                        credentials.username(),
                        new Secret(credentials.token()))
                .withWill(Topics.status(credentials.user(), credentials.device()), "offline");
    }

    private final class Connected implements MqttListener {

        @Override
        public void delivered(Delivery delivery) {
            // A board subscribes to nothing.
        }

        @Override
        public void connected(MqttSession session) {
            var unused = say(session, "online");
            wake.release();
        }
    }

    private CompletableFuture<Outcome> say(Publisher publisher, String status) {
        String topic = Topics.status(credentials.user(), credentials.device());
        return publisher.publish(topic, status.getBytes(StandardCharsets.UTF_8), true, Map.of());
    }

    private void send(Publisher publisher) {
        Instant now = clock.instant();
        for (Sensor sensor : Sensor.values()) {
            String topic = new SeriesName(credentials.user(), credentials.device(), sensor.topicName()).topic();
            byte[] payload = plant.read(sensor, now).toPlainString().getBytes(StandardCharsets.UTF_8);
            var unused = publisher.publish(topic, payload, false, Map.of()).thenAccept(this::count);
        }
    }

    private void count(Outcome outcome) {
        if (outcome.isAcknowledged()) {
            acknowledged.incrementAndGet();
        } else if (outcome instanceof Outcome.Refused refused) {
            log.warn("broker refused a reading board={} reasonCode={}", credentials, refused.code());
        }
    }

    /** To the next multiple of the interval, so that readings stay in step however long sending takes. */
    private Duration untilNextInterval() {
        long millis = interval.toMillis();
        return Duration.ofMillis(millis - Math.floorMod(clock.millis(), millis));
    }

    /** Waits, but not past a new connection or the end of the board. */
    private void pause(Duration duration) throws InterruptedException {
        if (wake.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }

    /** Says {@code offline} and ends. Waits a few seconds at most. */
    @Override
    public void close() {
        closing = true;
        wake.release();
        try {
            thread.join(CLOSED_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
