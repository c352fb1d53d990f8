package org.plantbuddy.operations.history;

import java.io.IOException;
import java.util.SortedSet;

/** Sees to it that readings of the past reach bucket {@code downsampled}, which the graphs are made of. */
@FunctionalInterface
public interface Downsampling {

    /**
     * Told after readings have been stored.
     *
     * @param devices the boards they belong to
     * @param span from the oldest to the newest
     * @throws IOException saying what to do, when it cannot be seen to; the readings themselves are safe
     */
    void cover(String user, SortedSet<String> devices, ImportReport.Span span) throws IOException;

    /**
     * Marks the boards' readings as late: the next run of the downsampling task computes their windows.
     *
     * @param influx with a token that may write bucket {@code settings}
     */
    static Downsampling byNextRun(InfluxTarget influx) {
        return new LateMarks(influx);
    }

    /**
     * Computes the windows at once, so that the page shows them when the import ends.
     *
     * @param operator with a token that may read {@code plantbuddy} and {@code settings} and write {@code downsampled}
     * @param otherwise what to do when that fails
     */
    static Downsampling atOnce(InfluxTarget operator, Downsampling otherwise) {
        return new Backfill(operator, otherwise);
    }
}
