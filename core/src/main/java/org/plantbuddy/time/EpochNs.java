package org.plantbuddy.time;

import java.time.Instant;

/** Nanoseconds since 1970, as InfluxDB counts them. Stateless. */
public final class EpochNs {

    private static final long A_SECOND = 1_000_000_000;

    private EpochNs() {}

    /**
     * Of a time.
     *
     * @throws ArithmeticException when it is not between the years 1677 and 2262
     */
    public static long of(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), A_SECOND), time.getNano());
    }

    /** The other way round. */
    public static Instant instant(long epochNs) {
        return Instant.ofEpochSecond(Math.floorDiv(epochNs, A_SECOND), Math.floorMod(epochNs, A_SECOND));
    }
}
