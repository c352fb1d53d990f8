package org.plantbuddy.bridge.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.process.Vital;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the whole way again and again: a reading of principal {@code $canary} goes through broker, bridge, InfluxDB's
 * check and rule, and {@code /notify} to an alert on MQTT. The readings fall below and rise above soil moisture's default
 * threshold in turn, so each is a change of level. Each bridge has a board of its own of user
 * {@code plantbuddy-canary}.
 */
public final class Canary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

    private static final JsonMapper JSON = new JsonMapper();
    private static final long ANSWER_MS = 10_000;
    private static final double DRY = 20;
    private static final double WET = 60;
    private static final Duration FIRST_AFTER = Duration.ofSeconds(10);
    private static final Duration AGAIN_AFTER_MISS = Duration.ofSeconds(20);
    private static final long CLOSED_WITHIN_MS = 5_000;

    private final SeriesName series;
    private final MqttOptions client;
    private final Duration every;
    private final Duration limit;
    private final Accounts accounts;
    private final Clock clock;
    private final Timer latency;
    private final Counter missed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Vital.thread("canary", this::run);
    private volatile Instant lastArrival;
    private volatile double lastSeconds = Double.NaN;
    private volatile Optional<String> problem = Optional.empty();
    private volatile long since;
    private boolean dry;

    /**
     * Does nothing yet.
     *
     * @param bridge whose canary it is
     * @param checkEvery how often InfluxDB judges readings: an alert takes about twice as long
     */
    public Canary(
            String url,
            Supplier<Secret> token,
            String bridge,
            Duration every,
            Duration checkEvery,
            Accounts accounts,
            MeterRegistry meters,
            Clock clock) {
        this.series = Topics.canary(device(bridge));
        this.client = new MqttOptions(url, "canary-" + series.device(), Services.CANARY, token)
                .subscribedTo(Topics.alerts(Names.CANARY));
        this.every = every;
        this.limit = checkEvery.multipliedBy(2).plusSeconds(50);
        this.accounts = accounts;
        this.clock = clock;
        this.lastArrival = clock.instant();
        this.latency = Timer.builder("plantbuddy.canary.latency")
                .description("From a canary's reading until its alert arrived on MQTT")
                .publishPercentileHistogram()
                .maximumExpectedValue(Duration.ofMinutes(5))
                .register(meters);
        this.missed = Counter.builder("plantbuddy.canary.missed")
                .description("Canary's readings that did not become an alert in time")
                .register(meters);
        Gauge.builder(
                        "plantbuddy.canary.age.seconds",
                        () -> Duration.between(lastArrival, clock.instant()).toMillis() / 1_000.0)
                .description("Since an alert of the canary last arrived, or the bridge started")
                .register(meters);
        Gauge.builder("plantbuddy.canary.last.seconds", this, canary -> canary.lastSeconds)
                .description("How long the newest alert of the canary took")
                .register(meters);
    }

    /** Flies the first time in a while. */
    public Canary start() {
        thread.start();
        return this;
    }

    /** A name a board can have, of what may be any client id. */
    static String device(String bridge) {
        String name = "c-" + bridge.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-");
        return Names.requireDevice(name.substring(0, Math.min(name.length(), 32)));
    }

    private void run() {
        try {
            Duration pause = FIRST_AFTER;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = fly() ? every : shorter(every, AGAIN_AFTER_MISS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean fly() throws InterruptedException {
        try {
            accounts.users().ensureCanary(series.device());
            dry = !(dry || isAlertInForce());
            Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            long started = System.nanoTime();
            CountDownLatch alert = new CountDownLatch(1);
            try (MqttSession session = MqttSession.open(client, delivery -> {
                if (isOf(time, delivery.payload())) {
                    alert.countDown();
                }
            })) {
                publish(session, dry ? DRY : WET, time);
                if (alert.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    arrived(System.nanoTime() - started);
                    return true;
                }
            }
            missed(
                    "a reading published at " + time + " was no alert after " + limit.toSeconds() + " s",
                    time.toEpochMilli());
        } catch (IOException | RuntimeException e) {
            missed("its reading was not taken: " + e.getMessage(), 0);
        }
        return false;
    }

    private void publish(MqttSession session, double reading, Instant time) throws IOException, InterruptedException {
        String payload =
                "{\"reading\":" + reading + ",\"time\":" + time.toEpochMilli() + "000000}"; // ns: stored as sent
        try {
            Outcome outcome = session.publish(series.topic(), payload.getBytes(StandardCharsets.UTF_8), false, Map.of())
                    .get(ANSWER_MS, TimeUnit.MILLISECONDS);
            if (!outcome.isAcknowledged()) {
                throw new IOException(outcome.toString());
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the broker did not answer: " + e, e);
        }
    }

    private boolean isOf(Instant time, byte[] payload) {
        try {
            JsonNode alert = JSON.readTree(payload);
            return alert.path("device").asText().equals(series.device())
                    && Instant.parse(alert.path("time").asText()).equals(time);
        } catch (IOException | DateTimeException e) {
            return false;
        }
    }

    /** What an earlier process left, before this one's first flight. */
    private boolean isAlertInForce() {
        return latency.count() == 0
                && missed.count() == 0
                && accounts.alerts()
                        .newestOf(series.user(), series.device(), series.sensor())
                        .map(Alert::level)
                        .filter(Level.CRIT::equals)
                        .isPresent();
    }

    private void arrived(long tookNs) {
        latency.record(tookNs, TimeUnit.NANOSECONDS);
        lastSeconds = tookNs / 1e9;
        lastArrival = clock.instant();
        if (problem.isPresent()) {
            LOG.info("event=canary_arrives seconds={}", lastSeconds);
        }
        problem = Optional.empty();
    }

    private void missed(String why, long from) {
        missed.increment();
        if (problem.isEmpty()) {
            LOG.warn("event=canary_missed reason=\"{}\"", why);
        }
        since = from;
        problem = Optional.of("the canary does not arrive: " + why);
    }

    /** Why readings do not become alerts; empty while they do. */
    public Optional<String> problem() {
        return problem;
    }

    /** When a reading was published that did not become an alert, in ms since the epoch; 0 where one was not taken. */
    public long since() {
        return since;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
