package org.plantbuddy.flux.threshold;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.Row;

/**
 * Thresholds as former versions wrote them: a point of the fields that were set, at the time of the change, of which the newest held
 * as a whole. What somebody wrote by hand with InfluxDB's own tools looks the same.
 */
public final class FormerThresholds {

    /** All points of today lie before it, all former ones after it. */
    private static final Instant FIRST = Instant.ofEpochSecond(1);

    private FormerThresholds() {}

    /**
     * Makes points of today of them, unless one of today is newer, and deletes them. When it was interrupted it can be run again.
     *
     * @param influx reads, writes and deletes in {@link Bucket#SETTINGS}
     * @return how many there were
     * @throws org.plantbuddy.influx.InfluxUnavailableException when InfluxDB does not answer, or does not store them
     */
    public static int takeOver(Influx influx) {
        Map<Scope, Long> today = new HashMap<>();
        Map<Scope, Newest> former = new HashMap<>();
        for (Row row : influx.query(FluxScript.formerThresholds().text())) {
            Instant time = row.time();
            Scope scope = new Scope(row.text("user"), row.text("device_id"), row.text("sensor"));
            if (time != null && time.isAfter(FIRST)) {
                former.computeIfAbsent(scope, key -> new Newest()).take(row, time);
            } else if (row.value() instanceof Long set) {
                today.put(scope, set);
            }
        }
        if (former.isEmpty()) {
            return 0;
        }
        List<String> points = new ArrayList<>();
        former.forEach((scope, newest) -> {
            long set = ChronoUnit.MICROS.between(Instant.EPOCH, newest.time);
            if (today.getOrDefault(scope, 0L) < set) {
                points.add(Thresholds.threshold(scope, newest.fields)
                        .map(threshold -> ThresholdPoint.of(threshold, set))
                        .orElseGet(() -> ThresholdPoint.removed(scope, set)));
            }
        });
        influx.store(Bucket.SETTINGS, points);
        influx.delete(Bucket.SETTINGS, FIRST, Influx.LATEST, "_measurement=\"threshold\"");
        // What the check of then made of them.
        influx.delete(Bucket.SETTINGS, Influx.EARLIEST, Influx.LATEST, "_measurement=\"limit\"");
        return former.size();
    }

    /** The newest point of a scope, put together from its fields. */
    private static final class Newest {

        private Instant time = Instant.MIN;
        private final Map<String, Object> fields = new HashMap<>();

        void take(Row row, Instant at) {
            if (at.isAfter(time)) {
                time = at;
                fields.clear();
            }
            Object value = row.value();
            if (at.equals(time) && value != null) {
                fields.put(row.text("_field"), value);
            }
        }
    }
}
