package org.plantbuddy.simulator;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt to connect: doubling, with jitter so that boards do not return as one. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private Duration ceiling = FIRST;

    /** Between half of the current ceiling and all of it; the ceiling doubles. */
    Duration next() {
        long millis = ceiling.toMillis();
        Duration doubled = ceiling.multipliedBy(2);
        ceiling = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    }

    void reset() {
        ceiling = FIRST;
    }
}
