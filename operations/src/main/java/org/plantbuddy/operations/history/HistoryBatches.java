package org.plantbuddy.operations.history;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.plantbuddy.influx.BatchWriter;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.WriteOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects lines and writes them 5,000 at a time; of a batch that InfluxDB does not accept only the bad lines are refused. */
final class HistoryBatches {

    private static final Logger log = LoggerFactory.getLogger(HistoryBatches.class);
    private static final int BATCH = 5_000;

    private final Influx influx;
    private final Tally tally;
    private final BatchWriter writer = BatchWriter.forAMinute(HistoryBatches::waits);
    private final List<Numbered> collected = new ArrayList<>(BATCH);

    HistoryBatches(Influx influx, Tally tally) {
        this.influx = influx;
        this.tally = tally;
    }

    private record Numbered(long number, HistoricalReading reading) {}

    void add(long number, HistoricalReading reading) throws IOException {
        collected.add(new Numbered(number, reading));
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
                tally.bad(line.number(), reason);
            }));
        } catch (InterruptedException e) {
            throw interrupted();
        }
        collected.stream()
                .filter(line -> !refused.contains(line.number()))
                .forEach(line -> tally.stored(line.reading()));
        collected.clear();
    }

    private WriteOutcome write(List<Numbered> batch) {
        return influx.write(
                Bucket.READINGS,
                batch.stream().map(line -> line.reading().toLine()).toList());
    }

    private static void requireAnswered(WriteOutcome outcome) throws ImportRefusedException {
        if (outcome instanceof WriteOutcome.Never never) {
            throw new ImportRefusedException(
                    never.reason() + "; is the system set up, and may this token write bucket plantbuddy?");
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
