package org.plantbuddy.bridge.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts what becomes of the lines while an import runs. */
final class Tally {

    private static final int BAD_SHOWN = 20;

    private long stored;
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;
    private long expired;
    private long firstExpired;
    private long bad;
    private final List<ImportReport.BadLine> firstBad = new ArrayList<>();

    void stored(long nanos) {
        stored++;
        oldest = Math.min(oldest, nanos);
        newest = Math.max(newest, nanos);
    }

    void expired(long line) {
        expired++;
        firstExpired = expired == 1 ? line : firstExpired;
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
        return new ImportReport(stored, Duration.ofNanos(shiftNanos), span, expired, firstExpired, bad, firstBad);
    }

    private static Instant instant(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
