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

/** The numbers of the outbox. */
final class OutboxMeters {

    private final Clock clock;
    private final Timer publish;
    private final Timer delay;
    private final Counter failures;

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
        Gauge.builder("plantbuddy.outbox.pending", alerts, OutboxMeters::pending)
                .description("alerts stored and not yet acknowledged by the broker")
                .register(registry);
    }

    private static double pending(Alerts alerts) {
        try {
            return alerts.pendingCount();
        } catch (RuntimeException e) {
            return Double.NaN; // the database is away: unknown is not zero
        }
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
