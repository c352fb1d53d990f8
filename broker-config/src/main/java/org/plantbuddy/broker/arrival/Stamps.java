package org.plantbuddy.broker.arrival;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Arrival times in epoch ns, each later than the one before, so two readings of one series never share one. */
public final class Stamps {

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    public Stamps(InstantSource clock) {
        this.clock = clock;
    }

    public long next() {
        Instant now = clock.instant();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return last.accumulateAndGet(nanos, (previous, current) -> Math.max(previous + 1, current));
    }
}
