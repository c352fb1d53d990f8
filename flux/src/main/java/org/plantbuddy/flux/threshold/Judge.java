package org.plantbuddy.flux.threshold;

import org.plantbuddy.reading.Level;

/** The level of one series from reading to reading, by the same rules as {@code check.flux}. Not thread-safe. */
final class Judge {

    private final double critBelow;
    private final double warnBelow;
    private final double warnAbove;
    private final double critAbove;
    private final double hysteresis;
    private Level level;

    Judge(Limits limits) {
        this(limits, Level.OK);
    }

    /** @param before the level before the next reading */
    Judge(Limits limits, Level before) {
        level = before;
        critBelow = limits.critBelow().orElse(Double.NEGATIVE_INFINITY);
        warnBelow = limits.warnBelow().orElse(Double.NEGATIVE_INFINITY);
        warnAbove = limits.warnAbove().orElse(Double.POSITIVE_INFINITY);
        critAbove = limits.critAbove().orElse(Double.POSITIVE_INFINITY);
        hysteresis = limits.hysteresis();
    }

    /** The level after this reading. */
    Level judge(double reading) {
        double crit = level == Level.CRIT ? hysteresis : 0;
        double warn = level == Level.CRIT || level == Level.WARN ? hysteresis : 0;
        if (reading <= critBelow + crit || reading >= critAbove - crit) {
            level = Level.CRIT;
        } else if (reading <= warnBelow + warn || reading >= warnAbove - warn) {
            level = Level.WARN;
        } else {
            level = Level.OK;
        }
        return level;
    }
}
