package org.plantbuddy.web.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Makes guessing passwords slow: after a few failures from one origin each further try must wait, twice as long each
 * time, up to a minute.
 *
 * <p>An origin is a browser the user signed in with before, or else a network address together with the user name
 * tried. So strangers' failures never slow a known browser, nor the owner anywhere else. A try counts as a failure from
 * its start, so that many at once do not slip through. Thread-safe.
 */
public final class SignInThrottle {

    public static final int FREE = 5;
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int REMEMBERED = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 10;

    private final Clock clock;
    private final Cache<String, Failures> failures;

    SignInThrottle(Clock clock) {
        this.clock = clock;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.failures = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(ticker)
                .build();
    }

    /** How long this origin must still wait; zero: it may try, and the try is counted. */
    Duration waitOrTry(String origin) {
        Instant now = clock.instant();
        Duration[] wait = {Duration.ZERO};
        failures.asMap().compute(origin, (key, before) -> {
            if (before != null && before.next().isAfter(now)) {
                wait[0] = Duration.between(now, before.next());
                return before;
            }
            int count = before == null ? 1 : before.count() + 1;
            return new Failures(count, now.plus(pause(count)));
        });
        return wait[0];
    }

    /** The try succeeded: what failed before was a slip of the owner's. */
    void succeeded(String origin) {
        failures.invalidate(origin);
    }

    private static Duration pause(int count) {
        if (count < FREE) {
            return Duration.ZERO;
        }
        Duration pause = Duration.ofSeconds(1L << Math.min(count - FREE, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }

    private record Failures(int count, Instant next) {}
}
