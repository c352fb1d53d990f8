package org.plantbuddy.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still until moved. For one thread that moves it. */
public final class MovableClock extends Clock {

    private volatile Instant now;

    /** Stands at this time. */
    public MovableClock(Instant now) {
        this.now = now;
    }

    /** Moves it on. */
    public void move(Duration by) {
        set(now.plus(by));
    }

    /** Moves it to this time. */
    public void set(Instant to) {
        now = to;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
