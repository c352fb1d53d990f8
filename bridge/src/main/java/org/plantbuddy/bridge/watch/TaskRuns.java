package org.plantbuddy.bridge.watch;

import java.time.Duration;
import java.time.Instant;
import org.plantbuddy.influx.Row;

/**
 * How a task went in the last hour.
 *
 * @param runs how many ended
 * @param failures how many of them failed
 * @param newest when the newest began
 * @param succeeded when the newest that succeeded began; the epoch where none did
 * @param took how long the newest took
 * @param failed whether the newest failed
 */
record TaskRuns(
        String task, long runs, long failures, Instant newest, Instant succeeded, Duration took, boolean failed) {

    static TaskRuns of(Row row) {
        return new TaskRuns(
                row.text("name"),
                number(row, "runs"),
                number(row, "failures"),
                Instant.ofEpochSecond(0, number(row, "newest")),
                Instant.ofEpochSecond(0, number(row, "succeeded")),
                Duration.ofNanos(row.get("seconds") instanceof Double seconds ? (long) (seconds * 1e9) : 0),
                Boolean.TRUE.equals(row.get("failed")));
    }

    private static long number(Row row, String column) {
        return row.get(column) instanceof Long number ? number : 0;
    }
}
