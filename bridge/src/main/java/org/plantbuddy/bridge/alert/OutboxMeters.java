package org.plantbuddy.bridge.alert;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Alerts;
import org.plantbuddy.accounts.BoundedQuestion;

/** The numbers of the outbox. */
final class OutboxMeters {

    private final Clock clock;
    private final Timer publish;
    private final Timer delay;
    private final Counter failures;

    /** Of whoever asks for all figures, for this one. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    OutboxMeters(MeterRegistry registry, Alerts alerts, Clock clock) {
        this.clock = clock;
        this.publish = Timer.builder("plantbuddy.alert.publish")
                .description("from handing an alert to MQTT until the broker acknowledged it")
                .publishPercentileHistogram()
                .register(registry);
        this.delay = Timer.builder("plantbuddy.alert.delay")
                .description("from the change of level until the broker acknowledged the alert")
                .publishPercentileHistogram()
                .maximumExpectedValue(Duration.ofHours(1))
                .register(registry);
        this.failures = Counter.builder("plantbuddy.alert.publish.failures")
                .description("alerts the broker did not acknowledge; each is tried again")
                .register(registry);
        BoundedQuestion<Long> pending = new BoundedQuestion<>("outbox-pending", PATIENCE, alerts::pendingCount);
        Gauge.builder("plantbuddy.outbox.pending", () -> number(pending))
                .description("alerts stored and not yet acknowledged by the broker")
                .register(registry);
    }

    /** While the database is away it is unknown, which is not zero. */
    private static double number(BoundedQuestion<Long> question) {
        return question.answer().map(Long::doubleValue).orElse(Double.NaN);
    }

    void published(Alert alert, Duration took) {
        publish.record(took);
        Duration late = Duration.between(Instant.ofEpochSecond(0, alert.statusTimeNs()), clock.instant());
        delay.record(late.isNegative() ? Duration.ZERO : late);
    }

    void failed(int alerts) {
        failures.increment(alerts);
    }
}
