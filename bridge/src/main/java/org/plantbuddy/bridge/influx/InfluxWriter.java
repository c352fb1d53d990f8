package org.plantbuddy.bridge.influx;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.boards.Reason;
import org.plantbuddy.bridge.journal.Batch;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.JournalUnavailableException;
import org.plantbuddy.bridge.refused.Refusal;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.bridge.removal.Fence;
import org.plantbuddy.influx.BatchWriter;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.Points;
import org.plantbuddy.influx.WriteOutcome;
import org.plantbuddy.process.Vital;
import org.plantbuddy.reading.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches from the journal, in order, and removes each once InfluxDB has stored it or named what in it is
 * unacceptable. A crash in between writes the batch again: the same points.
 *
 * <p>A batch is written in the order in which the broker took its readings, not in that in which they came on several
 * connections: of two with one series and time the later one must be stored last.
 */
public final class InfluxWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxWriter.class);

    private static final int MOST_POINTS = 5_000;
    private static final int FEW_POINTS = 2_500;
    private static final int MANY_POINTS = 20;
    private static final Comparator<Reading> AS_TAKEN = Comparator.comparingLong(Reading::stampNs);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration GATHER = Duration.ofMillis(20);
    private static final Duration GATHER_MANY = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration DISK_PAUSE = Duration.ofSeconds(1);
    private static final long CLOSED_WITHIN_MS = 5_000;

    private final Journal journal;
    private final Departed departed;
    private final Fence fence;
    private final Influx influx;
    private final WriteState state;
    private final BatchWriter writer;
    private final Refusals refusals;
    private final LateMarks lateMarks;
    private final Clock clock;
    private final Counter stored;
    private final Counter dropped;
    private final Counter marked;
    private final Thread thread = Vital.thread("influx-writer", this::run);
    private volatile boolean closed;

    private InfluxWriter(
            Journal journal,
            Departed departed,
            Influx influx,
            String bridge,
            Refusals refusals,
            MeterRegistry meters,
            Clock clock) {
        this.journal = journal;
        this.departed = departed;
        this.fence = departed.fence(user -> {});
        this.influx = influx;
        this.state = new WriteState(meters);
        this.writer = BatchWriter.enduring(state);
        this.refusals = refusals;
        this.lateMarks = new LateMarks(bridge);
        this.clock = clock;
        this.stored = Counter.builder("plantbuddy.readings.stored")
                .description("Readings that InfluxDB has stored")
                .register(meters);
        this.dropped = Counter.builder("plantbuddy.readings.dropped")
                .description("Readings of removed users that were in the journal, and were not written")
                .register(meters);
        this.marked = Counter.builder("plantbuddy.late.marks")
                .description("Boards whose late readings were marked for the tasks")
                .register(meters);
    }

    /**
     * Starts with what an earlier process left in the journal.
     *
     * @param departed whose readings are dropped
     */
    public static InfluxWriter start(
            Journal journal,
            Departed departed,
            InfluxAddress address,
            String bridge,
            Refusals refusals,
            MeterRegistry meters,
            Clock clock) {
        return start(journal, departed, new Influx(address, ANSWER_TIMEOUT), bridge, refusals, meters, clock);
    }

    static InfluxWriter start(
            Journal journal,
            Departed departed,
            Influx influx,
            String bridge,
            Refusals refusals,
            MeterRegistry meters,
            Clock clock) {
        InfluxWriter writer = new InfluxWriter(journal, departed, influx, bridge, refusals, meters, clock);
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    Optional<Batch> batch = journal.next(MOST_POINTS, IDLE);
                    if (batch.isPresent()) {
                        write(batch.get());
                    }
                } catch (JournalUnavailableException e) {
                    writer.pause(DISK_PAUSE); // told by the journal itself
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the batch at hand stays in the journal
        }
    }

    private void write(Batch batch) throws InterruptedException {
        List<RefusedPoint> refused = new ArrayList<>();
        List<Reading> readings = batch.readings().stream().sorted(AS_TAKEN).toList();
        for (int from = 0; from < readings.size(); from += MOST_POINTS) {
            List<Reading> some = readings.subList(from, Math.min(readings.size(), from + MOST_POINTS));
            WriteOutcome outcome = writer.halving(
                    some,
                    tried -> fence.during(() -> influx.write(Bucket.READINGS, lines(standing(tried)))),
                    (reading, reason) -> refused.add(new RefusedPoint(reading, reason)));
            if (outcome instanceof WriteOutcome.Unanswered) {
                throw new IllegalStateException("a batch was given up: " + outcome);
            }
        }
        List<Reading> standing = standing(readings);
        mark(readings);
        keep(refused);
        journal.remove(batch);
        stored.increment(Math.max(0, standing.size() - refused.size()));
        dropped.increment(readings.size() - standing.size());
        if (readings.size() < FEW_POINTS) { // a request costs InfluxDB more than a point: let some gather
            writer.pause(readings.size() < MANY_POINTS ? GATHER : GATHER_MANY);
        }
    }

    private static List<String> lines(List<Reading> readings) {
        return readings.stream()
                .map(reading -> Points.reading(reading.series(), reading.value(), reading.timeNs()))
                .toList();
    }

    /** Asked anew for every attempt: an attempt may be long after the one before. */
    private List<Reading> standing(List<Reading> readings) {
        return readings.stream().filter(this::stands).toList();
    }

    private boolean stands(Reading reading) {
        return !departed.has(reading.series().user(), reading.stampNs());
    }

    private record RefusedPoint(Reading reading, String reason) {

        Refusal refusal() {
            return new Refusal(
                    reading.series().user(),
                    reading.series().topic(),
                    "{\"reading\":" + reading.value() + ",\"time\":" + reading.timeNs() + "}",
                    Reason.INFLUXDB,
                    "InfluxDB does not take it: " + reason,
                    Long.toString(reading.timeNs()));
        }
    }

    private void mark(List<Reading> readings) throws InterruptedException {
        int boards = lateMarks.of(standing(readings), clock.instant()).size();
        if (boards > 0) {
            // Made anew for each attempt: the tasks look for marks by when they were written.
            WriteOutcome outcome = writer.write(
                    readings,
                    tried -> fence.during(
                            () -> influx.write(Bucket.SETTINGS, lateMarks.of(standing(tried), clock.instant()))));
            if (outcome instanceof WriteOutcome.Refused no) {
                LOG.error("event=late_marks_refused boards={} reason=\"{}\"", boards, no.reason());
            } else {
                marked.increment(boards);
            }
        }
    }

    private int addRefusals(List<RefusedPoint> refused) {
        List<RefusedPoint> standing =
                refused.stream().filter(point -> stands(point.reading())).toList();
        refusals.add(standing.stream().map(RefusedPoint::refusal).toList());
        return standing.size();
    }

    private void keep(List<RefusedPoint> refused) throws InterruptedException {
        while (true) {
            try {
                fence.during(() -> addRefusals(refused));
                return;
            } catch (RuntimeException e) {
                state.held("refused readings cannot be kept: " + e.getMessage());
                writer.pause(DISK_PAUSE);
            }
        }
    }

    /** Why readings wait in the journal; empty while they do not. */
    public Optional<String> problem() {
        return thread.isAlive() || closed ? state.problem() : Optional.of("the writer thread has ended");
    }

    /** Stops after the batch at hand, or at once while InfluxDB does not take it. */
    @Override
    public void close() {
        closed = true;
        writer.stop();
        try {
            thread.join(CLOSED_WITHIN_MS);
            thread.interrupt();
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        departed.lift(fence);
        influx.close();
    }
}
