package org.plantbuddy.flux.threshold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Points;
import org.plantbuddy.influx.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thresholds that users set, in bucket {@code settings}, from where the tasks read them at their next run.
 *
 * <p>A threshold is one point, and the newest of its scope holds as a whole; one that was removed is a point that says so,
 * since the check must see that something changed. Older points are deleted, so that no user can make the tasks read more
 * and more. Needs a token that reads buckets {@code plantbuddy} and {@code settings} and writes {@code settings}.
 * Thread-safe; lives as long as the client given to it, which its owner closes.
 */
public final class Thresholds {

    private static final Logger log = LoggerFactory.getLogger(Thresholds.class);
    private static final String MEASUREMENT = "threshold";
    private static final String REMOVED = "removed";

    private final Influx influx;
    private final KnownSeries known;
    private final Previews previews;
    private final Clock clock;

    /**
     * @param checkEvery how often the check judges readings, for previews
     */
    public Thresholds(Influx influx, Accounts accounts, Duration checkEvery, Clock clock) {
        this.influx = influx;
        this.known = new KnownSeries(accounts);
        this.previews = new Previews(influx, checkEvery, clock);
        this.clock = clock;
    }

    /** The user's thresholds, by board and sensor, those for all boards first. */
    public List<Threshold> list(String user) {
        return points(user).entrySet().stream()
                .flatMap(point -> point.getValue().threshold(point.getKey()).stream())
                .toList();
    }

    /**
     * Sets a threshold in the place of any of the same scope. It is judged at the check's next run.
     *
     * @throws BadThresholdException when the user has no such board, or no board has such a sensor
     * @throws ThresholdsUnavailableException when InfluxDB does not answer; the threshold may be set or not
     */
    public void set(Threshold threshold) {
        known.require(threshold.scope());
        write(threshold.scope(), ThresholdFields.of(threshold));
    }

    /**
     * Takes a threshold back, so that the more general one holds again.
     *
     * @return whether there was one
     * @throws ThresholdsUnavailableException when InfluxDB does not answer; the threshold may be removed or not
     */
    public boolean remove(Scope scope) {
        boolean isSet = list(scope.user()).stream()
                .anyMatch(threshold -> threshold.scope().equals(scope));
        if (isSet) {
            write(scope, Map.of(REMOVED, true));
        }
        return isSet;
    }

    /**
     * What a threshold would have told in the last 48 hours, whether it is set or not. For one that is off: nothing.
     *
     * @throws BadThresholdException when the user has no such board, or no board has such a sensor
     * @throws ThresholdsUnavailableException when InfluxDB does not answer in time
     */
    public Preview preview(Threshold threshold) {
        Scope scope = threshold.scope();
        known.require(scope);
        List<String> own = scope.isAllBoards() ? boardsWithTheirOwn(scope) : List.of();
        return asked("looking back", () -> previews.of(threshold, own));
    }

    private List<String> boardsWithTheirOwn(Scope scope) {
        return list(scope.user()).stream()
                .map(Threshold::scope)
                .filter(other -> other.sensor().equals(scope.sensor()) && !other.isAllBoards())
                .map(Scope::device)
                .toList();
    }

    private void write(Scope scope, Map<String, Object> fields) {
        Instant now = clock.instant();
        // After a clock was stepped back the point must still be newer than the one it replaces.
        Instant time = Optional.ofNullable(points(scope.user()).get(scope))
                .map(point -> point.time.plusNanos(1))
                .filter(now::isBefore)
                .orElse(now);
        Map<String, String> tags = Map.of("user", scope.user(), "device_id", scope.device(), "sensor", scope.sensor());
        String point = Points.of(MEASUREMENT, tags, fields, time);
        asked("setting a threshold", () -> {
            influx.store(Bucket.SETTINGS, List.of(point));
            return time;
        });
        tidyUp(scope, time);
    }

    /** Only against growth: what stays because this failed changes nothing, and goes with the next. */
    private void tidyUp(Scope scope, Instant before) {
        String predicate = "_measurement=\"" + MEASUREMENT + "\" AND \"user\"=\"" + scope.user()
                + "\" AND \"device_id\"=\"" + scope.device() + "\" AND \"sensor\"=\"" + scope.sensor() + "\"";
        try {
            influx.delete(Bucket.SETTINGS, Influx.EARLIEST, before.minusNanos(1), predicate);
        } catch (InfluxUnavailableException e) {
            log.warn("older points of a threshold not deleted user={} reason={}", scope.user(), e.getMessage());
        }
    }

    private Map<Scope, Newest> points(String user) {
        Map<Scope, Newest> points = new TreeMap<>(
                Comparator.comparing(Scope::device).thenComparing(Scope::sensor)); // * sorts before all names
        List<Row> rows = asked(
                "reading thresholds",
                () -> influx.query(FluxScript.thresholds(user).text()));
        for (Row row : rows) {
            points.computeIfAbsent(new Scope(user, row.text("device_id"), row.text("sensor")), scope -> new Newest())
                    .take(row);
        }
        return points;
    }

    private static <T> T asked(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (InfluxUnavailableException e) {
            throw new ThresholdsUnavailableException(what, e);
        }
    }

    /** The newest point of a scope, put together from its fields. */
    private static final class Newest {

        private Instant time = Instant.MIN;
        private final Map<String, Object> fields = new HashMap<>();

        void take(Row row) {
            Instant at = row.time();
            Object value = row.value();
            if (at == null || value == null || at.isBefore(time)) {
                return;
            }
            if (at.isAfter(time)) {
                time = at;
                fields.clear();
            }
            fields.put(row.text("_field"), value);
        }

        /** Empty when it was removed, or written by somebody else in a way that makes no sense. */
        Optional<Threshold> threshold(Scope scope) {
            Map<String, Object> own = new HashMap<>(fields);
            if (Boolean.TRUE.equals(own.remove(REMOVED))) {
                return Optional.empty();
            }
            try {
                return Optional.of(ThresholdFields.parse(scope, own));
            } catch (BadThresholdException e) {
                log.warn("a threshold in InfluxDB is not one scope={} reason={}", scope, e.getMessage());
                return Optional.empty();
            }
        }
    }
}
