package org.plantbuddy.broker;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate, and a second's worth of it at once.
 *
 * <p>Virtual scheduling, the form of the token bucket that needs one number (GCRA, ITU-T I.371): the time at which
 * everything taken so far is paid for. Thread-safe.
 */
final class TokenBucket {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long perSecond;
    private final AtomicLong paidFor;

    /** Full at {@code now}, in ns of any clock that goes forward. */
    TokenBucket(long perSecond, long now) {
        this.perSecond = perSecond;
        this.paidFor = new AtomicLong(now);
    }

    /**
     * Takes tokens, also such as are yet to come.
     *
     * @return how many ns to wait for the last of them; empty when it would be more than {@code most}: none is taken then
     */
    OptionalLong take(long tokens, long now, long most) {
        long price = price(tokens);
        while (true) {
            long before = paidFor.get();
            long after = Math.max(before, now) + price;
            long wait = Math.max(0, after - now - SECOND);
            if (wait > most) {
                return OptionalLong.empty();
            }
            if (paidFor.compareAndSet(before, after)) {
                return OptionalLong.of(wait);
            }
        }
    }

    /** Undoes a {@link #take} that was not used. */
    void giveBack(long tokens) {
        paidFor.addAndGet(-price(tokens));
    }

    /** What costs more than the bucket holds costs a full bucket: it must pass some time. */
    private long price(long tokens) {
        return Math.min(SECOND, tokens * SECOND / perSecond);
    }
}
