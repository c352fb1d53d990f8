package org.plantbuddy.time;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Pauses that double, so that what is away is not hammered and what is back is soon noticed; with jitter, so that several do
 * not come back at the same instant. For one thread.
 */
public final class Backoff {

    private final long firstMs;
    private final long longestMs;
    private long nextMs;

    public Backoff(Duration first, Duration longest) {
        this.firstMs = first.toMillis();
        this.longestMs = longest.toMillis();
        this.nextMs = firstMs;
    }

    /** At least half of what the doubling comes to. */
    public Duration next() {
        return next(Duration.ZERO);
    }

    /** At least what was asked for. */
    public Duration next(Duration asked) {
        long pause = nextMs / 2 + ThreadLocalRandom.current().nextLong(nextMs / 2 + 1);
        nextMs = Math.min(longestMs, nextMs * 2);
        return asked.toMillis() > pause ? asked : Duration.ofMillis(pause);
    }

    /** Begins anew with the first. */
    public void reset() {
        nextMs = firstMs;
    }
}
