package org.plantbuddy.flux.threshold;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.flux.FluxScript;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thresholds that users set, in bucket {@code settings}, from where the tasks read them at their next run.
 *
 * <p>A threshold is one point, and the newest of its scope holds as a whole; one that was removed is a point that says so,
 * since the check must see that something changed. Older points are deleted, so that no user can make the tasks read more
 * and more. Needs a token that reads buckets {@code plantbuddy} and {@code settings} and writes {@code settings}.
 * Thread-safe; lives as long as the client given to it, which its owner closes and
 * which holds only a {@link org.plantbuddy.influx.StoredAnswer} for a write that is stored.
 */
public final class Thresholds {

    private static final Logger log = LoggerFactory.getLogger(Thresholds.class);
    private static final String BUCKET = "settings";
    private static final String MEASUREMENT = "threshold";
    private static final String REMOVED = "removed";
    private static final OffsetDateTime EARLIEST = OffsetDateTime.parse("1677-09-22T00:00:00Z");

    private final InfluxDBClient influx;
    private final String org;
    private final KnownSeries known;
    private final Previews previews;
    private final Clock clock;

    /**
     * @param org InfluxDB's organisation
     * @param checkEvery how often the check judges readings, for previews
     */
    public Thresholds(InfluxDBClient influx, String org, Accounts accounts, Duration checkEvery, Clock clock) {
        this.influx = influx;
        this.org = org;
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
        Point point = Point.measurement(MEASUREMENT)
                .addTag("user", scope.user())
                .addTag("device_id", scope.device())
                .addTag("sensor", scope.sensor())
                .addFields(fields)
                .time(time, WritePrecision.NS);
        asked("setting a threshold", () -> {
            influx.getWriteApiBlocking().writePoint(BUCKET, org, point);
            return time;
        });
        tidyUp(scope, time);
    }

    /** Only against growth: what stays because this failed changes nothing, and goes with the next. */
    private void tidyUp(Scope scope, Instant before) {
        String predicate = "_measurement=\"" + MEASUREMENT + "\" AND \"user\"=\"" + scope.user()
                + "\" AND \"device_id\"=\"" + scope.device() + "\" AND \"sensor\"=\"" + scope.sensor() + "\"";
        try {
            OffsetDateTime stop = OffsetDateTime.ofInstant(before.minusNanos(1), ZoneOffset.UTC);
            influx.getDeleteApi().delete(EARLIEST, stop, predicate, BUCKET, org);
        } catch (InfluxException e) {
            log.warn("older points of a threshold not deleted user={} reason={}", scope.user(), e.getMessage());
        }
    }

    private Map<Scope, Newest> points(String user) {
        Map<Scope, Newest> points = new TreeMap<>(
                Comparator.comparing(Scope::device).thenComparing(Scope::sensor)); // * sorts before all names
        List<FluxTable> tables = asked(
                "reading thresholds",
                () -> influx.getQueryApi().query(FluxScript.thresholds(user).text(), org));
        for (FluxTable table : tables) {
            for (FluxRecord row : table.getRecords()) {
                String device = String.valueOf(row.getValueByKey("device_id"));
                String sensor = String.valueOf(row.getValueByKey("sensor"));
                points.computeIfAbsent(new Scope(user, device, sensor), scope -> new Newest())
                        .take(row);
            }
        }
        return points;
    }

    private static <T> T asked(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (InfluxException e) {
            throw new ThresholdsUnavailableException(what, e);
        }
    }

    /** The newest point of a scope, put together from its fields. */
    private static final class Newest {

        private Instant time = Instant.MIN;
        private final Map<String, Object> fields = new HashMap<>();

        void take(FluxRecord row) {
            Instant at = row.getTime();
            Object value = row.getValue();
            if (at == null || value == null || at.isBefore(time)) {
                return;
            }
            if (at.isAfter(time)) {
                time = at;
                fields.clear();
            }
            fields.put(String.valueOf(row.getField()), value);
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
