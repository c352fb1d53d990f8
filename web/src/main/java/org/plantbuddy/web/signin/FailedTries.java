package org.plantbuddy.web.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Failed sign-ins of an address, whatever the names: after some, each further answer to a failure is held back, twice as long
 * each time, as the broker does it. Who succeeds never waits. A held answer costs a connection and no thread. Thread-safe.
 */
public final class FailedTries {

    /** A household's slips, and boards whose token was replaced, behind one router. */
    public static final int FREE = 20;

    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    private static final int REMEMBERED = 100_000;
    private static final int MAX_DOUBLINGS = 10;

    /** Whoever guesses with more at once is answered at once: no more than that is held for those who guess. */
    private static final int HELD_BACK_AT_MOST = 500;

    private final Cache<String, Integer> failures;
    private final AtomicInteger heldBack = new AtomicInteger();

    public FailedTries(Clock clock) {
        this.failures = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .build();
    }

    /** Counts a failure; its answer is to wait as long as this returns. */
    Duration failed(String address) {
        int over = failures.asMap().merge(network(address), 1, Integer::sum) - FREE;
        if (over <= 0) {
            return Duration.ZERO;
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(over - 1, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    /** Whether so many failed from there that answers are held back. */
    boolean isSlowed(String address) {
        Integer count = failures.getIfPresent(network(address));
        return count != null && count > FREE;
    }

    /** Counts a failure of this request and answers it, now or when its time has come. */
    public void answer(Context context, Runnable answer) {
        Duration pause = failed(context.ip());
        if (pause.isZero() || heldBack.get() >= HELD_BACK_AT_MOST) {
            answer.run();
            return;
        }
        heldBack.incrementAndGet();
        context.future(() -> CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS))
                .whenComplete((nothing, failure) -> heldBack.decrementAndGet())
                .thenRun(answer));
    }

    /** An IPv6 household has 2^64 addresses: its network counts as one. */
    static String network(String address) {
        String[] groups = address.split(":", -1);
        return groups.length <= NETWORK_GROUPS
                ? address
                : String.join(":", java.util.Arrays.asList(groups).subList(0, NETWORK_GROUPS));
    }

    private static final int NETWORK_GROUPS = 4;
}
