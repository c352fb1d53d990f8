package org.plantbuddy.bridge.watch;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.plantbuddy.flux.FluxScript;

/** Judges InfluxDB's tasks by what a look shows. One thread looks, any may ask. */
final class TaskHealth {

    /** A run is seen when it has ended, at the look after that. */
    private static final Duration SLACK = Duration.ofSeconds(15);

    /** After so long without a look that was answered, tasks have as long to catch up: InfluxDB was away, or this machine slept. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /**
     * What is wrong.
     *
     * @param since from when on, in ms since the epoch; 0: since now
     */
    private record Problem(String reason, long since) {}

    private final Map<String, TaskRuns> runs = new ConcurrentHashMap<>();
    private final List<String> expected;
    private final Duration checkEvery;
    private final Clock clock;
    private final Instant start;
    private Instant looked;
    private Instant steadySince;
    private volatile Optional<Problem> problem = Optional.empty();

    TaskHealth(Duration checkEvery, Clock clock) {
        this.checkEvery = checkEvery;
        this.clock = clock;
        this.start = clock.instant();
        this.looked = start;
        this.steadySince = start;
        this.expected = FluxScript.tasks(checkEvery, URI.create("http://localhost/notify")).stream()
                .map(FluxScript::taskName)
                .toList();
    }

    /**
     * What a look showed.
     *
     * @param active names of the tasks that are switched on
     */
    void saw(Set<String> active, List<TaskRuns> newest) {
        Instant now = clock.instant();
        if (Duration.between(looked, now).compareTo(PAUSE) > 0) {
            steadySince = now;
        }
        looked = now;
        newest.forEach(seen -> runs.put(seen.task(), seen));
        problem = expected.stream()
                .flatMap(task -> wrong(task, active, now).stream())
                .findFirst();
    }

    /** A look that was not answered. */
    void sawNothing(String why) {
        looked = Instant.EPOCH;
        problem = Optional.of(new Problem("how tasks went cannot be asked: " + why, 0));
    }

    private Optional<Problem> wrong(String task, Set<String> active, Instant now) {
        if (!active.contains(task)) {
            return Optional.of(
                    new Problem("task " + task + " is switched off or deleted; provisioning puts it right", 0));
        }
        Optional<TaskRuns> seen = of(task);
        Duration limit = FluxScript.lateAfter(task, checkEvery)
                .plus(SLACK)
                .plus(seen.map(TaskRuns::took).orElse(Duration.ZERO));
        Instant from = succeeded(task);
        Duration lag = Duration.between(from, now);
        if (lag.compareTo(limit) > 0 && !now.isBefore(steadySince.plus(PAUSE))) {
            return Optional.of(new Problem(
                    "task " + task + " has not succeeded for " + lag.toSeconds() + " s", from.toEpochMilli()));
        }
        return seen.filter(TaskRuns::failed)
                .map(newest -> new Problem(
                        "the newest run of task " + task + " failed (" + newest.failures() + " of " + newest.runs()
                                + " in the last hour)",
                        0));
    }

    /** When one that succeeded began; for a task that was never seen to succeed, when this bridge started. */
    private Instant succeeded(String task) {
        return of(task).map(TaskRuns::succeeded).filter(start::isBefore).orElse(start);
    }

    double lagSeconds(String task) {
        return Duration.between(succeeded(task), clock.instant()).toMillis() / 1_000.0;
    }

    Optional<TaskRuns> of(String task) {
        return Optional.ofNullable(runs.get(task));
    }

    List<String> expected() {
        return expected;
    }

    Collection<TaskRuns> runs() {
        return runs.values();
    }

    Optional<String> problem() {
        return problem.map(Problem::reason);
    }

    long since() {
        return problem.map(Problem::since).orElse(0L);
    }
}
