package org.plantbuddy.flux.threshold;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A threshold as one point of bucket {@code settings}, measurement {@code threshold}, in line protocol. Beside what was set it has what the
 * tasks read, so that they need not put it together at each run. It is written at one fixed time, in the place of what was
 * set before: so every field is written, and a limit that is not set lies past all numbers.
 *
 * <p>For {@code check.flux}: {@code limits} (the scope, a blank, and JSON; empty when the threshold was removed), {@code below}
 * and {@code above} (the outermost limits). For {@code deadman.flux}, of sensor {@code status}: {@code silence} (seconds; 0 when
 * it is off, -1 when it was removed). Of both {@code set}: when, in epoch µs, later with each change.
 */
public final class ThresholdPoint {

    static final String SET = "set";

    private static final double NO_LIMIT = 1e300;
    private static final String LIMITS = "limits";
    private static final String SILENCE = "silence";
    private static final double NO_SILENCE = -1;

    private ThresholdPoint() {}

    /** The point of a threshold that was set at {@code set}, in epoch µs. */
    public static String of(Threshold threshold, long set) {
        Map<String, Object> fields = new LinkedHashMap<>(ThresholdFields.of(threshold));
        if (threshold.rule() instanceof Limits limits) {
            Bounds given = Bounds.of(limits);
            Bounds holding = threshold.enabled() ? given : Bounds.NONE;
            fields.putAll(given.asSet());
            fields.putAll(holding.outermost());
            fields.put(LIMITS, key(threshold.scope()) + " " + holding.json(limits.hysteresis()));
        } else if (threshold.rule() instanceof Silence silence) {
            fields.put(SILENCE, threshold.enabled() ? (double) silence.after().toSeconds() : 0.0);
        }
        return line(threshold.scope(), fields, set);
    }

    /** What stays of a threshold that was removed: the more general one holds. */
    public static String removed(Scope scope, long set) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (scope.isStatus()) {
            fields.put(SILENCE, NO_SILENCE);
        } else {
            fields.putAll(Bounds.NONE.asSet());
            fields.putAll(Bounds.NONE.outermost());
            fields.put(LIMITS, "");
        }
        return line(scope, fields, set);
    }

    private static String line(Scope scope, Map<String, Object> fields, long set) {
        fields.put(SET, set);
        return "threshold,device_id=" + scope.device() + ",sensor=" + scope.sensor() + ",user=" + scope.user() + " "
                + fields.entrySet().stream()
                        .map(field -> field.getKey() + "=" + value(field.getValue()))
                        .collect(Collectors.joining(","))
                + " 0";
    }

    private static String value(Object value) {
        if (value instanceof String text) {
            return "\"" + text.replace("\"", "\\\"") + "\"";
        }
        return value instanceof Long ? value + "i" : value.toString();
    }

    private static String key(Scope scope) {
        return scope.user() + "|" + scope.device() + "|" + scope.sensor();
    }

    /**
     * The threshold that has these fields; empty when it was removed, also in the way of former versions.
     *
     * @throws BadThresholdException when somebody else wrote what makes no sense
     */
    public static Optional<Threshold> read(Scope scope, Map<String, Object> fields) {
        Map<String, Object> set = new HashMap<>(fields);
        boolean isRemoved = "".equals(set.remove(LIMITS))
                || Double.valueOf(NO_SILENCE).equals(set.remove(SILENCE))
                || Boolean.TRUE.equals(set.remove("removed"));
        for (String compiled : new String[] {"below", "above", SET, "judged"}) {
            set.remove(compiled);
        }
        set.values().removeIf(value -> value instanceof Double number && Math.abs(number) == NO_LIMIT);
        return isRemoved || set.isEmpty() ? Optional.empty() : Optional.of(ThresholdFields.parse(scope, set));
    }

    /** Four limits, each a number. */
    private record Bounds(double critBelow, double warnBelow, double warnAbove, double critAbove) {

        static final Bounds NONE = new Bounds(-NO_LIMIT, -NO_LIMIT, NO_LIMIT, NO_LIMIT);

        static Bounds of(Limits limits) {
            return new Bounds(
                    limits.critBelow().orElse(-NO_LIMIT),
                    limits.warnBelow().orElse(-NO_LIMIT),
                    limits.warnAbove().orElse(NO_LIMIT),
                    limits.critAbove().orElse(NO_LIMIT));
        }

        Map<String, Double> asSet() {
            return Map.of(
                    "crit_below", critBelow, "warn_below", warnBelow, "warn_above", warnAbove, "crit_above", critAbove);
        }

        Map<String, Double> outermost() {
            return Map.of("below", Math.max(critBelow, warnBelow), "above", Math.min(warnAbove, critAbove));
        }

        String json(double hysteresis) {
            return "{\"crit_below\":" + critBelow + ",\"warn_below\":" + warnBelow + ",\"warn_above\":" + warnAbove
                    + ",\"crit_above\":" + critAbove + ",\"hysteresis\":" + hysteresis + "}";
        }
    }
}
