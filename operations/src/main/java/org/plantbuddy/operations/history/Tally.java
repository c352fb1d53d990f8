package org.plantbuddy.operations.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.plantbuddy.topic.SeriesName;

/** Counts what becomes of the lines while an import runs. */
final class Tally {

    private static final int BAD_SHOWN = 20;

    private final Map<SeriesName, Set<Long>> times = new HashMap<>();
    private long stored;
    private long replaced;
    private long means;
    private boolean meansLeftOut;
    private List<String> beside = List.of();
    private boolean besideLeftOut;
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;
    private long expired;
    private long firstExpired;
    private long apart;
    private long firstApart;
    private long bad;
    private final List<ImportReport.BadLine> firstBad = new ArrayList<>();

    /**
     * Counts what becomes of the lines of a file.
     *
     * @param disordered series in which a time may come twice: of all others none is remembered
     */
    Tally(Set<SeriesName> disordered) {
        disordered.forEach(series -> times.put(series, new HashSet<>()));
    }

    /** A reading of a series and time that another had before takes its place. */
    void stored(HistoricalReading reading) {
        Set<Long> before = times.get(reading.series());
        if (before == null || before.add(reading.nanos())) {
            stored++;
        } else {
            replaced++;
        }
        long nanos = reading.nanos();
        oldest = Math.min(oldest, nanos);
        newest = Math.max(newest, nanos);
    }

    /** Of a mean, or of a part of one. */
    void mean(HistoricalMean mean) {
        means++;
    }

    /**
     * What became of the rest of an archive.
     *
     * @param told for people, a line each
     * @param leftOut whether there was something that is not stored
     */
    void beside(List<String> told, boolean leftOut) {
        beside = told;
        besideLeftOut = leftOut;
    }

    /** All of an archive. */
    void meansLeftOut() {
        meansLeftOut = true;
    }

    void expired(long line) {
        expired++;
        firstExpired = expired == 1 ? line : firstExpired;
    }

    void apart(long line) {
        apart++;
        firstApart = apart == 1 ? line : firstApart;
    }

    void bad(long line, String reason) {
        bad++;
        if (firstBad.size() < BAD_SHOWN) {
            firstBad.add(new ImportReport.BadLine(line, reason));
        }
    }

    ImportReport report(long shiftNanos) {
        Optional<ImportReport.Span> span =
                stored == 0 ? Optional.empty() : Optional.of(new ImportReport.Span(instant(oldest), instant(newest)));
        return new ImportReport(
                stored,
                replaced,
                means,
                meansLeftOut,
                beside,
                besideLeftOut,
                Duration.ofNanos(shiftNanos),
                span,
                expired,
                firstExpired,
                apart,
                firstApart,
                bad,
                firstBad);
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
