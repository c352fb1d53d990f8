package org.plantbuddy.bridge.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks InfluxDB twice a minute how Plant Buddy's tasks went, and clears away the late marks they have seen. It watches from
 * outside: InfluxDB may not run any.
 */
public final class TaskWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    /** What this reads is half a minute old, and a run is only seen when it has ended. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    private final Map<String, TaskRuns> runs = new ConcurrentHashMap<>();
    private final List<String> expected;
    private final Duration checkEvery;
    private final Influx influx;
    private final SeenMarks marks;
    private final Clock clock;
    private final Instant since;
    private final ScheduledExecutorService thread;
    private volatile Optional<String> problem = Optional.empty();

    private TaskWatch(InfluxAddress address, Duration checkEvery, MeterRegistry meters, Clock clock) {
        this.checkEvery = checkEvery;
        this.clock = clock;
        this.since = clock.instant();
        this.expected = FluxScript.tasks(checkEvery, URI.create("http://localhost/notify")).stream()
                .map(FluxScript::taskName)
                .toList();
        this.influx = new Influx(address, EVERY);
        this.marks = new SeenMarks(influx);
        for (String task : expected) {
            gauge(meters, "plantbuddy.task.lag.seconds", "Since the task last succeeded", task, this::lagSeconds);
            gauge(
                    meters,
                    "plantbuddy.task.duration.seconds",
                    "How long its newest run took",
                    task,
                    name -> of(name).map(seen -> seen.took().toNanos() / 1e9).orElse(Double.NaN));
            gauge(
                    meters,
                    "plantbuddy.task.runs",
                    "Its runs in the last hour",
                    task,
                    name -> of(name).map(seen -> (double) seen.runs()).orElse(0.0));
            gauge(
                    meters,
                    "plantbuddy.task.failures",
                    "Those of them that failed",
                    task,
                    name -> of(name).map(seen -> (double) seen.failures()).orElse(0.0));
        }
        this.thread = Vital.timer("task-watch", 1);
    }

    /**
     * Starts.
     *
     * @param influx with a token that reads {@code _tasks}
     */
    public static TaskWatch start(InfluxAddress influx, Duration checkEvery, MeterRegistry meters, Clock clock) {
        TaskWatch watch = new TaskWatch(influx, checkEvery, meters, clock);
        var unused = watch.thread.scheduleWithFixedDelay(watch::look, 1, EVERY.toSeconds(), TimeUnit.SECONDS);
        return watch;
    }

    private static void gauge(
            MeterRegistry meters, String name, String description, String task, ToDoubleFunction<String> value) {
        Gauge.builder(name, task, value)
                .strongReference(true)
                .description(description)
                .tag("task", task)
                .register(meters);
    }

    private void look() {
        try {
            influx.query(FluxScript.taskRuns().text()).stream()
                    .map(TaskRuns::of)
                    .forEach(seen -> runs.put(seen.task(), seen));
            told(expected.stream().flatMap(task -> wrong(task).stream()).findFirst());
        } catch (RuntimeException e) {
            told(Optional.of("how tasks went cannot be asked: " + e.getMessage()));
            return;
        }
        try {
            marks.delete(runs.values(), clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("event=late_marks_not_deleted reason=\"{}\" retry=\"in an hour\"", e.getMessage());
        }
    }

    private void told(Optional<String> now) {
        if (now.isPresent() && problem.isEmpty()) {
            LOG.warn("event=tasks_not_well reason=\"{}\"", now.get());
        } else if (now.isEmpty() && problem.isPresent()) {
            LOG.info("event=tasks_well");
        }
        problem = now;
    }

    private Optional<String> wrong(String task) {
        double lag = lagSeconds(task);
        if (lag > FluxScript.lateAfter(task, checkEvery).plus(SLACK).toSeconds()) {
            return Optional.of("task " + task + " has not succeeded for " + (long) lag + " s");
        }
        return of(task).filter(TaskRuns::failed)
                .map(seen -> "the newest run of task " + task + " failed (" + seen.failures() + " of " + seen.runs()
                        + " in the last hour)");
    }

    /** For one that was never seen to succeed: since this bridge started. */
    private double lagSeconds(String task) {
        Instant from = of(task).map(TaskRuns::succeeded).filter(since::isBefore).orElse(since);
        return Duration.between(from, clock.instant()).toMillis() / 1_000.0;
    }

    private Optional<TaskRuns> of(String task) {
        return Optional.ofNullable(runs.get(task));
    }

    /** A task that is late or fails; empty while all are well. */
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public void close() {
        Vital.end(thread);
        influx.close();
    }
}
