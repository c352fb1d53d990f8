package org.plantbuddy.broker.arrival;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.plantbuddy.time.EpochNs;

/** Arrival times in epoch ns, each later than the one before, so two readings of one series never share one. */
public final class Stamps {

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    public Stamps(InstantSource clock) {
        this.clock = clock;
    }

    public long next() {
        long nanos = EpochNs.of(clock.instant());
        return last.accumulateAndGet(nanos, (previous, current) -> Math.max(previous + 1, current));
    }
}
