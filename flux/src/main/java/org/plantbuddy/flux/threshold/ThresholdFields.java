package org.plantbuddy.flux.threshold;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A threshold as the fields of bucket {@code settings}, which are also the fields of the JSON that people see:
 * {@code crit_below}, {@code warn_below}, {@code warn_above}, {@code crit_above}, {@code hysteresis}, {@code silent_after}
 * (seconds), {@code enabled}.
 */
public final class ThresholdFields {

    private static final String CRIT_BELOW = "crit_below";
    private static final String WARN_BELOW = "warn_below";
    private static final String WARN_ABOVE = "warn_above";
    private static final String CRIT_ABOVE = "crit_above";
    private static final String HYSTERESIS = "hysteresis";
    private static final String SILENT_AFTER = "silent_after";
    private static final String ENABLED = "enabled";
    private static final Set<String> LIMITS = Set.of(CRIT_BELOW, WARN_BELOW, WARN_ABOVE, CRIT_ABOVE, HYSTERESIS);
    private static final double MOST_SECONDS = 1e9;

    private ThresholdFields() {}

    /** Its fields, in the order a person expects; those not set are left out. */
    public static Map<String, Object> of(Threshold threshold) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (threshold.rule() instanceof Limits limits) {
            limits.critBelow().ifPresent(value -> fields.put(CRIT_BELOW, value));
            limits.warnBelow().ifPresent(value -> fields.put(WARN_BELOW, value));
            limits.warnAbove().ifPresent(value -> fields.put(WARN_ABOVE, value));
            limits.critAbove().ifPresent(value -> fields.put(CRIT_ABOVE, value));
            fields.put(HYSTERESIS, limits.hysteresis());
        } else if (threshold.rule() instanceof Silence silence) {
            fields.put(SILENT_AFTER, (double) silence.after().toSeconds());
        }
        fields.put(ENABLED, threshold.enabled());
        return fields;
    }

    /** Its fields for people, each after a blank: {@code  crit_below 35.0 hysteresis 2.0}. */
    public static String text(Threshold threshold) {
        StringBuilder text = new StringBuilder();
        of(threshold).forEach((name, value) -> {
            if (!name.equals(ENABLED)) {
                text.append(' ').append(name).append(' ').append(value);
            } else if (value.equals(false)) {
                text.append(" (off)");
            }
        });
        return text.toString();
    }

    /**
     * The threshold that has these fields. One without {@code enabled} is on, one without {@code hysteresis} has 0.
     *
     * @param fields numbers, and {@code enabled} a boolean
     * @throws BadThresholdException when a field is unknown, of another type or not allowed
     */
    public static Threshold parse(Scope scope, Map<String, ?> fields) {
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.removeAll(LIMITS);
        unknown.removeAll(Set.of(SILENT_AFTER, ENABLED));
        if (!unknown.isEmpty()) {
            throw new BadThresholdException(
                    "a threshold has no '" + unknown.iterator().next() + "': it has " + new TreeSet<>(LIMITS) + ", "
                            + SILENT_AFTER + " and " + ENABLED);
        }
        boolean enabled = !fields.containsKey(ENABLED) || enabled(fields.get(ENABLED));
        return new Threshold(scope, scope.isStatus() ? silence(fields) : limits(scope, fields), enabled);
    }

    private static Rule silence(Map<String, ?> fields) {
        if (fields.keySet().stream().anyMatch(LIMITS::contains)) {
            throw new BadThresholdException("sensor status has no limits: it takes silent_after alone");
        }
        double seconds = number(fields, SILENT_AFTER)
                .orElseThrow(() -> new BadThresholdException("sensor status needs silent_after, in seconds"));
        if (!(Math.abs(seconds) <= MOST_SECONDS)) {
            throw new BadThresholdException(
                    "silent_after " + Limits.text(seconds) + " is not allowed: it must be a number of seconds");
        }
        return new Silence(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    private static Rule limits(Scope scope, Map<String, ?> fields) {
        if (fields.containsKey(SILENT_AFTER)) {
            throw new BadThresholdException(
                    "silent_after is for sensor status, the board itself, not for " + scope.sensor());
        }
        return new Limits(
                number(fields, CRIT_BELOW),
                number(fields, WARN_BELOW),
                number(fields, WARN_ABOVE),
                number(fields, CRIT_ABOVE),
                number(fields, HYSTERESIS).orElse(0));
    }

    private static OptionalDouble number(Map<String, ?> fields, String name) {
        if (!fields.containsKey(name)) {
            return OptionalDouble.empty();
        }
        if (!(fields.get(name) instanceof Number value)) {
            throw new BadThresholdException(name + " must be a number");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    private static boolean enabled(Object value) {
        if (!(value instanceof Boolean on)) {
            throw new BadThresholdException(ENABLED + " must be true or false");
        }
        return on;
    }
}
