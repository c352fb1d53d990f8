package org.plantbuddy.influx;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double, with jitter so that several bridges do not come back at the same instant. */
final class Backoff {

    private final long firstMs;
    private final long longestMs;
    private long nextMs;

    Backoff(Duration first, Duration longest) {
        this.firstMs = first.toMillis();
        this.longestMs = longest.toMillis();
        this.nextMs = firstMs;
    }

    /** At least what was asked for. */
    Duration next(Duration asked) {
        long pause = nextMs / 2 + ThreadLocalRandom.current().nextLong(nextMs / 2 + 1);
        nextMs = Math.min(longestMs, nextMs * 2);
        return asked.toMillis() > pause ? asked : Duration.ofMillis(pause);
    }

    void reset() {
        nextMs = firstMs;
    }
}
