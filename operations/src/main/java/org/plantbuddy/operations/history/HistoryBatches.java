package org.plantbuddy.operations.history;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.plantbuddy.influx.BatchWriter;
import org.plantbuddy.influx.WriteOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects points of a file and writes them 5,000 at a time; of a batch that InfluxDB does not accept only the bad lines are
 * refused.
 *
 * @param <P> what a line holds
 */
final class HistoryBatches<P> {

    private static final Logger log = LoggerFactory.getLogger(HistoryBatches.class);
    private static final int BATCH = 5_000;

    private final Function<List<String>, WriteOutcome> bucket;
    private final Function<P, String> toLine;
    private final Consumer<P> stored;
    private final Refusals refusals;
    private final BatchWriter writer = BatchWriter.forAMinute(HistoryBatches::waits);
    private final List<Numbered<P>> collected = new ArrayList<>(BATCH);

    /**
     * @param bucket writes lines
     * @param stored told of each point that was
     * @param refusals told of each that InfluxDB does not take
     */
    HistoryBatches(
            Function<List<String>, WriteOutcome> bucket,
            Function<P, String> toLine,
            Consumer<P> stored,
            Refusals refusals) {
        this.bucket = bucket;
        this.toLine = toLine;
        this.stored = stored;
        this.refusals = refusals;
    }

    /** Is told of lines that are not stored. */
    interface Refusals {
        void refused(long number, String reason);
    }

    private record Numbered<P>(long number, P point) {}

    void add(long number, P point) throws IOException {
        collected.add(new Numbered<>(number, point));
        if (collected.size() >= BATCH) {
            flush();
        }
    }

    /** Writes what is left. */
    void flush() throws IOException {
        Set<Long> refused = new HashSet<>();
        try {
            requireAnswered(writer.halving(collected, this::write, (line, reason) -> {
                refused.add(line.number());
                refusals.refused(line.number(), reason);
            }));
        } catch (InterruptedException e) {
            throw interrupted();
        }
        collected.stream()
                .filter(line -> !refused.contains(line.number()))
                .forEach(line -> stored.accept(line.point()));
        collected.clear();
    }

    private WriteOutcome write(List<Numbered<P>> batch) {
        return bucket.apply(
                batch.stream().map(line -> toLine.apply(line.point())).toList());
    }

    private static void requireAnswered(WriteOutcome outcome) throws ImportRefusedException {
        if (outcome instanceof WriteOutcome.Never never) {
            throw new ImportRefusedException(
                    never.reason() + "; is the system set up, and may this token write the bucket?");
        }
        if (outcome instanceof WriteOutcome.RetryAfter later) {
            throw new ImportRefusedException(
                    later.reason() + "; gave up. Import the file again later: it stores the same points");
        }
    }

    static void waits(String reason, Duration pause) {
        log.warn("import waits wait_ms={} reason={}", pause.toMillis(), reason);
    }

    static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("import interrupted; run it again: it stores the same points");
    }
}
