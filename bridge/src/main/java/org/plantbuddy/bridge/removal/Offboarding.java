package org.plantbuddy.bridge.removal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.accounts.Removals;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bridge's part in removing users: it learns of removals, stops writing, says so to the others, and, when all have, one
 * bridge deletes in InfluxDB, again and again until that is done.
 */
public final class Offboarding implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Offboarding.class);

    private static final long LOOK_AGAIN_MS = 500;
    private static final Duration ALIVE_EVERY = Duration.ofSeconds(10);

    /** A bridge not heard of for so long is down: it learns of removals before it writes anything again. */
    private static final Duration LIVES = Duration.ofMinutes(1);

    private static final Duration REPORTED_AFTER = Duration.ofMinutes(5);
    private final Removals removals;
    private final Departed departed;
    private final String bridge;
    private final Optional<Erasure> erasure;
    private final BooleanSupplier journalEmptied;
    private final Clock clock;
    private final Counter erased;
    private final ScheduledExecutorService threads;
    private final Set<Removal> passed = new HashSet<>();
    private long aliveAtNs;
    private volatile List<Removal> pending = List.of();

    private Offboarding(
            Removals removals,
            String bridge,
            Optional<InfluxAddress> influx,
            BooleanSupplier journalEmptied,
            MeterRegistry meters,
            Clock clock) {
        this.removals = removals;
        this.bridge = bridge;
        this.erasure = influx.map(Erasure::new);
        this.journalEmptied = journalEmptied;
        this.clock = clock;
        removals.alive(bridge); // first, so that no removal from now on is done without this bridge
        this.aliveAtNs = System.nanoTime();
        this.departed = new Departed(removals.all());
        this.erased = Counter.builder("plantbuddy.removals.erased")
                .description("Removed users whose data this bridge deleted in InfluxDB")
                .register(meters);
        Gauge.builder("plantbuddy.removals.pending", () -> pending.size())
                .description("Removed users of whom something is left")
                .register(meters);
        this.threads = Vital.timer("offboarding", 2);
    }

    /**
     * Starts.
     *
     * @param bridge this bridge's name among the others
     * @param influx with a token that may delete; where there is none, removals wait
     * @param journalEmptied asked at the end: whether all that is in the bridge's journal is stored
     */
    public static Offboarding start(
            Removals removals,
            String bridge,
            Optional<InfluxAddress> influx,
            BooleanSupplier journalEmptied,
            MeterRegistry meters,
            Clock clock) {
        Offboarding offboarding = new Offboarding(removals, bridge, influx, journalEmptied, meters, clock);
        offboarding.every(offboarding::look);
        offboarding.every(offboarding::eraseWhatAllHaveSeen);
        return offboarding;
    }

    private void every(Runnable look) {
        var unused = threads.scheduleWithFixedDelay(() -> logged(look), 0, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    }

    private static void logged(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.warn("event=removals_not_checked reason=\"{}\"", e.toString());
        }
    }

    /** Whose readings are not written any more. */
    public Departed departed() {
        return departed;
    }

    private void look() {
        if (System.nanoTime() - aliveAtNs > ALIVE_EVERY.toNanos()) {
            removals.alive(bridge);
            aliveAtNs = System.nanoTime();
        }
        List<Removal> now = removals.pending();
        departed.update(now, removals::of);
        passed.removeIf(removal -> now.stream().noneMatch(same -> isSame(same, removal)));
        for (Removal removal : now) {
            if (removal.cutoffNs().isPresent() && passed.stream().noneMatch(same -> isSame(same, removal))) {
                departed.awaitPassed(removal.user());
                removals.seen(removal, bridge);
                passed.add(removal);
                LOG.info("event=user_removed user={} writes=stopped", removal.user());
            }
        }
        pending = now;
    }

    private static boolean isSame(Removal one, Removal other) {
        return one.user().equals(other.user()) && one.removedAt().equals(other.removedAt());
    }

    private void eraseWhatAllHaveSeen() {
        for (Removal removal : pending) {
            if (removal.cutoffNs().isEmpty()) {
                continue;
            }
            List<String> unseen = removals.unseen(removal, LIVES);
            if (!unseen.isEmpty()) {
                held(removal, "bridges that have not seen it yet: " + String.join(", ", unseen));
            } else if (mine(removal)) {
                erase(removal);
            }
        }
    }

    private boolean mine(Removal removal) {
        return removals.claim(removal, bridge, Erasure.STEP);
    }

    private void erase(Removal removal) {
        if (erasure.isEmpty()) {
            held(removal, "a bridge with a token that may delete: set PLANTBUDDY_INFLUX_OPERATIONS_TOKEN");
            return;
        }
        try {
            if (erasure.get().erase(removal.user(), () -> mine(removal))) {
                removals.erased(removal, bridge);
                erased.increment();
                LOG.info("event=user_erased user={}", removal.user());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            held(removal, "InfluxDB, which did not delete: " + e.getMessage());
        }
    }

    private void held(Removal removal, String why) {
        if (!removal.problem().equals(why)) {
            LOG.info("event=user_not_erased_yet user={} reason=\"{}\"", removal.user(), why);
            removals.held(removal, why);
        }
    }

    /** A removal that takes long; empty while none does. */
    public Optional<String> problem() {
        Instant since = clock.instant().minus(REPORTED_AFTER);
        return pending.stream()
                .filter(removal -> removal.removedAt().isBefore(since))
                .findFirst()
                .map(removal -> "user '" + removal.user() + "' was removed at " + removal.removedAt()
                        + " and something is left; that waits for " + removal.waitsFor());
    }

    @Override
    public void close() {
        boolean ended = Vital.end(threads);
        try {
            if (ended) {
                removals.leaves(bridge, journalEmptied.getAsBoolean());
            }
        } catch (RuntimeException e) {
            LOG.debug("event=leave_not_noted reason=\"{}\"", e.toString());
        }
        erasure.ifPresent(Erasure::close);
    }
}
