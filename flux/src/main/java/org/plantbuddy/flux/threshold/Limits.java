package org.plantbuddy.flux.threshold;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import org.plantbuddy.flux.DefaultThreshold;

/**
 * The readings that are not well. The limits themselves count: {@code crit} at {@code critBelow} or below.
 *
 * <p>{@code critBelow <= warnBelow < warnAbove <= critAbove}, as far as they are given; at least one is. They are in the
 * sensor's own unit.
 *
 * @param hysteresis how far a reading must come back past a limit until its level ends; 0 or more, and less than half
 *     of what lies between the lower and the upper limits, for it must be possible to be well again
 */
public record Limits(
        OptionalDouble critBelow,
        OptionalDouble warnBelow,
        OptionalDouble warnAbove,
        OptionalDouble critAbove,
        double hysteresis)
        implements Rule {

    /** No sensor measures more; the tasks take much larger numbers for no limit. */
    private static final double FARTHEST = 1e12;

    public Limits {
        requireNumber("crit_below", critBelow);
        requireNumber("warn_below", warnBelow);
        requireNumber("warn_above", warnAbove);
        requireNumber("crit_above", critAbove);
        requireNumber("hysteresis", OptionalDouble.of(hysteresis));
        if (critBelow.isEmpty() && warnBelow.isEmpty() && warnAbove.isEmpty() && critAbove.isEmpty()) {
            throw new BadThresholdException(
                    "there is no limit: give at least one of crit_below, warn_below, warn_above, crit_above");
        }
        requireOrder("crit_below", critBelow, "warn_below", warnBelow, true);
        requireOrder("crit_below", critBelow, "warn_above", warnAbove, false);
        requireOrder("crit_below", critBelow, "crit_above", critAbove, false);
        requireOrder("warn_below", warnBelow, "warn_above", warnAbove, false);
        requireOrder("warn_below", warnBelow, "crit_above", critAbove, false);
        requireOrder("warn_above", warnAbove, "crit_above", critAbove, true);
        requireHysteresis(
                hysteresis,
                warnBelow.isPresent() ? warnBelow : critBelow,
                warnAbove.isPresent() ? warnAbove : critAbove);
    }

    static Limits of(DefaultThreshold usual) {
        OptionalDouble none = OptionalDouble.empty();
        return new Limits(OptionalDouble.of(usual.critBelow()), none, none, none, usual.hysteresis());
    }

    private static void requireNumber(String name, OptionalDouble value) {
        if (value.isPresent() && !(Math.abs(value.getAsDouble()) <= FARTHEST)) {
            throw new BadThresholdException(
                    name + " " + text(value.getAsDouble()) + " is not allowed: it must be a number from -1e12 to 1e12");
        }
    }

    private static void requireOrder(
            String lower, OptionalDouble low, String upper, OptionalDouble high, boolean mayBeEqual) {
        if (low.isEmpty() || high.isEmpty()) {
            return;
        }
        double difference = high.getAsDouble() - low.getAsDouble();
        if (difference < 0 || (difference == 0 && !mayBeEqual)) {
            throw new BadThresholdException(lower + " " + text(low.getAsDouble()) + " must be "
                    + (mayBeEqual ? "at most " : "less than ") + upper + " " + text(high.getAsDouble()));
        }
    }

    private static void requireHysteresis(double hysteresis, OptionalDouble low, OptionalDouble high) {
        if (hysteresis < 0) {
            throw new BadThresholdException("hysteresis " + text(hysteresis) + " is not allowed: it must be 0 or more");
        }
        if (low.isPresent() && high.isPresent() && 2 * hysteresis >= high.getAsDouble() - low.getAsDouble()) {
            throw new BadThresholdException("hysteresis " + text(hysteresis) + " must be less than half of what lies"
                    + " between " + text(low.getAsDouble()) + " and " + text(high.getAsDouble())
                    + ", or no reading could ever end an alert");
        }
    }

    /** A number without an exponent where a person would not write one. */
    static String text(double value) {
        boolean plain = Math.abs(value) < 1e15;
        return plain ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() : Double.toString(value);
    }
}
