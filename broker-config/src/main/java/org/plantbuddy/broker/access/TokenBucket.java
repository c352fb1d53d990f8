package org.plantbuddy.broker.access;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate, and a second's worth of it at once.
 *
 * <p>Virtual scheduling, the form of the token bucket that needs one number (GCRA, ITU-T I.371): the time at which
 * everything taken so far is paid for. Thread-safe.
 */
public final class TokenBucket {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long perSecond;
    private final AtomicLong paidFor;

    /** Full at {@code now}, in ns of any clock that goes forward. */
    public TokenBucket(long perSecond, long now) {
        this.perSecond = perSecond;
        this.paidFor = new AtomicLong(now);
    }

    /**
     * Takes tokens, also such as are yet to come. Whoever takes more than the bucket holds waits until it is full, and whoever
     * comes next for the rest.
     *
     * @return how many ns to wait; empty when it would be more than {@code most}: none is taken then
     */
    public OptionalLong take(long tokens, long now, long most) {
        long price = price(tokens);
        while (true) {
            long before = paidFor.get();
            long from = Math.max(before, now);
            long wait = Math.max(0, from + Math.min(SECOND, price) - now - SECOND);
            if (wait > most) {
                return OptionalLong.empty();
            }
            if (paidFor.compareAndSet(before, from + price)) {
                return OptionalLong.of(wait);
            }
        }
    }

    /** Undoes a {@link #take} that was not used. */
    void giveBack(long tokens) {
        paidFor.addAndGet(-price(tokens));
    }

    private long price(long tokens) {
        return tokens * SECOND / perSecond;
    }
}
