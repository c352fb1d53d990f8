package org.plantbuddy.bridge.alert;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Alerts;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.process.Vital;
import org.plantbuddy.time.Backoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is stored in the outbox until the broker has acknowledged it, on a thread of its own.
 *
 * <p>A user's alerts go out in the order of their changes; one that the broker refuses keeps only later ones of the same
 * user waiting. What is pending when the process ends is published by the next, or by another bridge that shares the
 * outbox; of these only one at a time publishes an alert. Thread-safe.
 */
public final class Outbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    /** Under way at once: the broker's receive maximum is shared with what else the bridge publishes. */
    private static final int IN_FLIGHT = 16;

    private static final int USERS_PER_ROUND = 256;
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);

    /** Longer than publishing takes. If a bridge dies with alerts claimed, another waits as long. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Everything stored here wakes the thread; this finds what another bridge stored and left behind. */
    private static final long LOOK_AGAIN_MS = 30_000;

    private static final int FORGET_EVERY = 32;
    private static final long CLOSED_WITHIN_MS = 5_000;

    private final Alerts alerts;
    private final Publisher publisher;
    private final String bridge;
    private final OutboxMeters meters;
    private final Semaphore wakeups = new Semaphore(0);
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private final Thread thread = Vital.thread("outbox", this::run);
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean closed;
    private long published;

    private Outbox(Alerts alerts, Publisher publisher, String bridge, MeterRegistry registry, Clock clock) {
        this.alerts = alerts;
        this.publisher = publisher;
        this.bridge = bridge;
        this.meters = new OutboxMeters(registry, alerts, clock);
    }

    /**
     * Starts publishing, first what an earlier process left.
     *
     * @param bridge whose outbox this is: the same after a restart, and no other's
     */
    public static Outbox start(Alerts alerts, Publisher publisher, String bridge, MeterRegistry registry, Clock clock) {
        Outbox outbox = new Outbox(alerts, publisher, bridge, registry, clock);
        outbox.thread.start();
        return outbox;
    }

    /** Tries at once: an alert was stored, or the broker is back. Never blocks. */
    public void wake() {
        wakeups.release();
    }

    /** Why alerts are not going out, for /readyz; empty while they are. */
    public Optional<String> problem() {
        return thread.isAlive() ? problem : Optional.of("the outbox has stopped");
    }

    /** Stops. What is still pending stays in the database. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(CLOSED_WITHIN_MS);
            if (thread.isAlive()) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                long pause = pauseAfter(publishRound());
                if (pause > 0 && wakeups.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
                    wakeups.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long pauseAfter(Round round) {
        if (round.failure.isPresent()) {
            held(round.failure.get());
        } else {
            flowing();
        }
        if (round.published > 0) {
            return 0;
        }
        return round.failure.isPresent() ? backoff.next().toMillis() : LOOK_AGAIN_MS;
    }

    /** Offers every user's next alert to the broker once. */
    private Round publishRound() throws InterruptedException {
        Round round = new Round();
        try {
            List<Alert> next = alerts.nextOfEachUser(USERS_PER_ROUND);
            for (int from = 0; from < next.size() && round.worthGoingOn && !closed; from += IN_FLIGHT) {
                publish(next.subList(from, Math.min(next.size(), from + IN_FLIGHT)), round);
            }
        } catch (RuntimeException e) {
            round.failed("the accounts database: " + e.getMessage(), false);
        }
        return round;
    }

    private void publish(List<Alert> some, Round round) throws InterruptedException {
        long started = System.nanoTime();
        List<AlertDelivery> deliveries = new ArrayList<>();
        alerts.claim(some, bridge, LEASE)
                .forEach(alert -> deliveries.add(AlertDelivery.start(alert, alerts, publisher)));
        List<Alert> failed = new ArrayList<>();
        for (AlertDelivery delivery : deliveries) {
            try {
                delivery.finish(started + ACKNOWLEDGED_WITHIN.toNanos() - System.nanoTime());
                meters.published(delivery.alert(), Duration.ofNanos(System.nanoTime() - started));
                round.published++;
                forgetOldest(delivery.alert().user());
            } catch (TimeoutException e) {
                String why = "no acknowledgement from the broker within " + ACKNOWLEDGED_WITHIN.toSeconds() + " s";
                failed.add(delivery.alert());
                round.failed(why, false);
            } catch (ExecutionException e) {
                failed.add(delivery.alert());
                round.failed(String.valueOf(e.getCause()), true);
            }
        }
        meters.failed(failed.size());
        alerts.release(failed, bridge);
    }

    /** Now and then: a user's history is bounded, not exact. */
    private void forgetOldest(String user) {
        published++;
        if (published % FORGET_EVERY == 0) {
            alerts.forgetOldest(user);
        }
    }

    private void held(String why) {
        if (problem.isEmpty()) {
            LOG.warn("event=alerts_held reason=\"{}\"", why);
        }
        problem = Optional.of("alerts are held back and tried again: " + why);
    }

    private void flowing() {
        backoff.reset();
        if (problem.isPresent()) {
            LOG.info("event=alerts_flowing");
        }
        problem = Optional.empty();
    }

    /** What one pass over the pending alerts came to. */
    private static final class Round {

        private int published;
        private boolean worthGoingOn = true;
        private Optional<String> failure = Optional.empty();

        void failed(String why, boolean goOn) {
            failure = Optional.of(why);
            worthGoingOn &= goOn;
        }
    }
}
