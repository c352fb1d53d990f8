package org.plantbuddy.operations.history;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.BatchWriter;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Points;
import org.plantbuddy.influx.WriteOutcome;
import org.plantbuddy.time.EpochNs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that readings of the past reach bucket {@code downsampled}, which the graphs are made of: at once with the
 * operator's token, so that the page shows them when the import ends; else, or when that fails, the boards' readings are
 * marked as late, and the next run of the downsampling task computes their windows.
 *
 * @param influx with a token that may write bucket {@code settings}
 * @param operator with one that may read {@code plantbuddy} and {@code settings} and write {@code downsampled}
 */
record Downsampling(InfluxAddress influx, Optional<InfluxAddress> operator) {

    private static final Logger log = LoggerFactory.getLogger(Downsampling.class);
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration COMPUTED_WITHIN = Duration.ofMinutes(10);
    private static final Duration MARKED_WITHIN = Duration.ofMinutes(1);

    /**
     * Called after readings have been stored.
     *
     * @param devices the boards they belong to
     * @param span from the oldest to the newest
     * @throws IOException saying what to do, when it cannot be seen to; the readings themselves are safe
     */
    void cover(String user, SortedSet<String> devices, ImportReport.Span span) throws IOException {
        if (operator.isEmpty() || !compute(operator.get(), user, span)) {
            mark(user, devices, span);
        }
    }

    /** Whether that was done. */
    private static boolean compute(InfluxAddress operator, String user, ImportReport.Span span) {
        long window = WINDOW.toMillis();
        Instant open = Instant.ofEpochMilli(System.currentTimeMillis() / window * window);
        if (!span.from().isBefore(open)) {
            return true; // All of it lies in the window that the task computes next.
        }
        FluxScript script = FluxScript.backfill(user, span.from(), span.to().plus(WINDOW));
        try (Influx influx = new Influx(operator, COMPUTED_WITHIN)) {
            influx.query(script.text());
            return true;
        } catch (InfluxUnavailableException e) {
            log.warn("backfill failed, left to the next run of {} cause={}", script.taskName(), e.toString());
            return false;
        }
    }

    private void mark(String user, SortedSet<String> devices, ImportReport.Span span) throws IOException {
        long from = EpochNs.of(span.from());
        long until = EpochNs.of(span.to()) + 1;
        Instant now = Instant.now();
        List<String> marks = devices.stream()
                .map(device -> Points.lateMark("import", user, device, from, until, now))
                .toList();
        try (Influx settings = new Influx(influx, MARKED_WITHIN)) {
            WriteOutcome outcome = BatchWriter.forAMinute(HistoryBatches::waits)
                    .write(marks, lines -> settings.write(Bucket.SETTINGS, lines));
            if (!(outcome instanceof WriteOutcome.Stored)) {
                throw new ImportRefusedException("the readings are stored, but not marked for downsampling (" + outcome
                        + "); import the file again: it stores the same points");
            }
        } catch (InterruptedException e) {
            throw HistoryBatches.interrupted();
        }
    }
}
