package org.plantbuddy.bridge.watch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
 * Asks InfluxDB four times a minute how Plant Buddy's tasks went and whether they are switched on, and clears away the late
 * marks they have seen. It watches from outside: InfluxDB may not run any.
 */
public final class TaskWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TaskHealth health;
    private final Influx influx;
    private final SeenMarks marks;
    private final Clock clock;
    private final ScheduledExecutorService thread;

    private TaskWatch(InfluxAddress address, Duration checkEvery, MeterRegistry meters, Clock clock) {
        this.clock = clock;
        this.health = new TaskHealth(checkEvery, clock);
        this.influx = new Influx(address, PATIENCE);
        this.marks = new SeenMarks(influx);
        for (String task : health.expected()) {
            gauge(meters, "plantbuddy.task.lag.seconds", "Since the task last succeeded", task, health::lagSeconds);
            gauge(
                    meters,
                    "plantbuddy.task.duration.seconds",
                    "How long its newest run took",
                    task,
                    name -> health.of(name)
                            .map(seen -> seen.took().toNanos() / 1e9)
                            .orElse(Double.NaN));
            gauge(
                    meters,
                    "plantbuddy.task.runs",
                    "Its runs in the last hour",
                    task,
                    name -> health.of(name).map(seen -> (double) seen.runs()).orElse(0.0));
            gauge(
                    meters,
                    "plantbuddy.task.failures",
                    "Those of them that failed",
                    task,
                    name -> health.of(name)
                            .map(seen -> (double) seen.failures())
                            .orElse(0.0));
        }
        this.thread = Vital.timer("task-watch", 1);
    }

    /**
     * Starts.
     *
     * @param influx with a token that reads tasks and {@code _tasks}
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
        Optional<String> before = health.problem();
        try {
            health.saw(
                    influx.active(FluxScript.TASK_PREFIX),
                    influx.query(FluxScript.taskRuns().text()).stream()
                            .map(TaskRuns::of)
                            .toList());
        } catch (RuntimeException e) {
            health.sawNothing(String.valueOf(e.getMessage()));
            told(before, health.problem());
            return;
        }
        told(before, health.problem());
        try {
            marks.delete(health.runs(), clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("event=late_marks_not_deleted reason=\"{}\" retry=\"in an hour\"", e.getMessage());
        }
    }

    private static void told(Optional<String> before, Optional<String> now) {
        if (now.isPresent() && before.isEmpty()) {
            LOG.warn("event=tasks_not_well reason=\"{}\"", now.get());
        } else if (now.isEmpty() && before.isPresent()) {
            LOG.info("event=tasks_well");
        }
    }

    /** A task that is late, fails or is switched off; empty while all are well. */
    public Optional<String> problem() {
        return health.problem();
    }

    /** From when on a task is late, in ms since the epoch; 0 where something else is wrong, or nothing. */
    public long since() {
        return health.since();
    }

    @Override
    public void close() {
        Vital.end(thread);
        influx.close();
    }
}
