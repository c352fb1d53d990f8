package org.plantbuddy.influx;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double, with jitter so that several bridges do not come back at the same instant. */
public final class Backoff {

    private static final long FIRST_MS = 100;
    private static final long LONGEST_MS = 10_000;

    private long nextMs = FIRST_MS;

    /** At least what was asked for. */
    public Duration next(Duration asked) {
        long pause = nextMs / 2 + ThreadLocalRandom.current().nextLong(nextMs / 2 + 1);
        nextMs = Math.min(LONGEST_MS, nextMs * 2);
        return asked.toMillis() > pause ? asked : Duration.ofMillis(pause);
    }

    public void reset() {
        nextMs = FIRST_MS;
    }
}
