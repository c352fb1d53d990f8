package org.plantbuddy.simulator;

import java.time.Duration;
import org.plantbuddy.topic.Names;

/**
 * What a load consists of: readings whose value is their number, from {@code first} on without gaps.
 *
 * @param rate readings a second, of all boards together
 * @param duration how long
 * @param sensor the sensor they are published for
 * @param first the first number
 * @param times which carry a time of their own; the same one when they are sent again
 */
record LoadPlan(double rate, Duration duration, String sensor, long first, Times times) {

    /** Which readings carry a time. */
    enum Times {
        NONE,
        EACH,
        /** Those with even numbers. */
        EVEN
    }

    private static final String WITH_TIME = "_with_time";

    private static final long LARGEST_EXACT_DOUBLE = 1L << 53;

    LoadPlan {
        Names.requireSensor(sensor + (times == Times.EVEN ? WITH_TIME : ""));
        if (!(rate > 0) || rate > 1_000_000 || duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("a load needs a rate above 0 (at most a million a second) and a time");
        }
        if (first < 0 || first + rate * duration.toMillis() / 1000.0 > LARGEST_EXACT_DOUBLE) {
            throw new IllegalArgumentException("numbers must stay below 2^53: readings are stored as floats");
        }
    }

    long count() {
        return Math.max(1, Math.round(rate * duration.toMillis() / 1000.0));
    }

    /** How many are due {@code nanos} after the start. */
    long dueAfter(long nanos) {
        return Math.min(count(), (long) (rate * nanos / 1e9));
    }

    boolean hasTime(long number) {
        return times == Times.EACH || (times == Times.EVEN && number % 2 == 0);
    }

    /** Where only some carry a time, they are a series of their own: a board's time may be the same as a broker's. */
    String sensorOf(long number) {
        return times == Times.EVEN && hasTime(number) ? sensor + WITH_TIME : sensor;
    }
}
