package org.plantbuddy.flux.threshold;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.Audit;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thresholds that users set, in bucket {@code settings}, from where the tasks read them at their next run.
 *
 * <p>A threshold is one {@link ThresholdPoint}, in the place of the one before; one that was removed leaves a point that says
 * so, since the check must see that something changed. So no user can make the tasks read more
 * and more. Needs a token that reads buckets {@code plantbuddy} and {@code settings} and writes {@code settings}.
 * Thread-safe; lives as long as the client given to it, which its owner closes.
 */
public final class Thresholds {

    /** How far a preview looks back where nobody says how far. */
    public static final Duration LOOKED_BACK = Duration.ofDays(2);

    private static final Logger log = LoggerFactory.getLogger(Thresholds.class);

    private final Influx influx;
    private final KnownSeries known;
    private final Audit audit;
    private final Previews previews;
    private final Clock clock;

    /**
     * @param checkEvery how often the check judges readings, for previews
     */
    public Thresholds(Influx influx, Accounts accounts, Duration checkEvery, Clock clock) {
        this.influx = influx;
        this.known = new KnownSeries(accounts);
        this.audit = accounts.audit();
        this.previews = new Previews(influx, checkEvery, clock);
        this.clock = clock;
    }

    /** The user's thresholds, by board and sensor, those for all boards first. */
    public List<Threshold> list(String user) {
        return points(user).entrySet().stream()
                .flatMap(point -> threshold(point.getKey(), point.getValue()).stream())
                .toList();
    }

    /**
     * Sets a threshold in the place of any of the same scope. It is judged at the check's next run.
     *
     * @param actor who does, for the audit, which is of another database: it is written once the threshold is
     * @throws BadThresholdException when the user has no such board, or no board has such a sensor
     * @throws ThresholdsUnavailableException when InfluxDB does not answer; the threshold may be set or not
     */
    public void set(Threshold threshold, Actor actor) {
        known.require(threshold.scope());
        write(threshold.scope(), set -> ThresholdPoint.of(threshold, set));
        audit(actor, AuditAction.THRESHOLD_SET, threshold.scope(), ThresholdFields.text(threshold));
    }

    /**
     * Takes a threshold back, so that the more general one holds again.
     *
     * @param actor who does, for the audit
     * @return whether there was one
     * @throws ThresholdsUnavailableException when InfluxDB does not answer; the threshold may be removed or not
     */
    public boolean remove(Scope scope, Actor actor) {
        boolean isSet = list(scope.user()).stream()
                .anyMatch(threshold -> threshold.scope().equals(scope));
        if (isSet) {
            write(scope, set -> ThresholdPoint.removed(scope, set));
            audit(actor, AuditAction.THRESHOLD_REMOVE, scope, "");
        }
        return isSet;
    }

    private void audit(Actor actor, AuditAction action, Scope scope, String fields) {
        audit.add(actor, action, scope.user(), scope.device() + "/" + scope.sensor() + fields);
    }

    /**
     * What a threshold would have told in the hours before now, whether it is set or not. For one that is off: nothing.
     *
     * @param window how far to look back, whole hours
     * @throws BadThresholdException when the user has no such board, or no board has such a sensor
     * @throws ThresholdsUnavailableException when InfluxDB does not answer in time
     */
    public Preview preview(Threshold threshold, Duration window) {
        Scope scope = threshold.scope();
        known.require(scope);
        List<String> own = scope.isAllBoards() ? boardsWithTheirOwn(scope) : List.of();
        return asked("looking back", () -> previews.of(threshold, own, window));
    }

    private List<String> boardsWithTheirOwn(Scope scope) {
        return list(scope.user()).stream()
                .map(Threshold::scope)
                .filter(other -> other.sensor().equals(scope.sensor()) && !other.isAllBoards())
                .map(Scope::device)
                .toList();
    }

    /** Each change is later than the one before, also after a clock was stepped back: the check tells them apart by it. */
    private long laterThan(Map<String, Object> fields) {
        long before = fields.get(ThresholdPoint.SET) instanceof Long set ? set : 0;
        return Math.max(before + 1, ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    }

    private void write(Scope scope, LongFunction<String> point) {
        long set = laterThan(points(scope.user()).getOrDefault(scope, Map.of()));
        asked("setting a threshold", () -> {
            influx.store(Bucket.SETTINGS, List.of(point.apply(set)));
            return set;
        });
    }

    private Map<Scope, Map<String, Object>> points(String user) {
        Map<Scope, Map<String, Object>> points = new TreeMap<>(
                Comparator.comparing(Scope::device).thenComparing(Scope::sensor)); // * sorts before all names
        List<Row> rows = asked(
                "reading thresholds",
                () -> influx.query(FluxScript.thresholds(user).text()));
        for (Row row : rows) {
            Object value = row.value();
            if (value != null) {
                points.computeIfAbsent(
                                new Scope(user, row.text("device_id"), row.text("sensor")), scope -> new HashMap<>())
                        .put(row.text("_field"), value);
            }
        }
        return points;
    }

    /** Empty when it was removed, or written by somebody else in a way that makes no sense. */
    static Optional<Threshold> threshold(Scope scope, Map<String, Object> fields) {
        try {
            return ThresholdPoint.read(scope, fields);
        } catch (BadThresholdException e) {
            log.warn("a threshold in InfluxDB is not one scope={} reason={}", scope, e.getMessage());
            return Optional.empty();
        }
    }

    private static <T> T asked(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (InfluxUnavailableException e) {
            throw new ThresholdsUnavailableException(what, e);
        }
    }
}
