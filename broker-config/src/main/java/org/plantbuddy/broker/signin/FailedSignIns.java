package org.plantbuddy.broker.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.plantbuddy.broker.access.TokenBucket;

/**
 * Remembers who failed to sign in. Thread-safe.
 *
 * <p>Answers to failures wait the longer, the more there were from this address or for this name; who succeeds never waits.
 * And passwords that are not known yet are looked at once a second, after some tries, for one name from one address: other
 * addresses, other names and known passwords are not concerned.
 */
public final class FailedSignIns {

    static final Duration LONGEST = Duration.ofSeconds(10);

    /** A household's slips, and boards whose token was replaced, behind one router. */
    static final int FREE_OF_ADDRESS = 20;

    static final int FREE_OF_NAME = 5;
    public static final int FREE_TRIES = 5;

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    private static final int REMEMBERED = 100_000;
    private static final int MAX_DOUBLINGS = 10;

    private final Ticker ticker;
    private final Cache<String, Integer> ofAddress;
    private final Cache<String, Integer> ofName;
    private final Cache<Pair, Tries> tries;

    private record Pair(String address, String name) {}

    private record Tries(int count, TokenBucket more) {}

    public FailedSignIns(Ticker ticker) {
        this.ticker = ticker;
        ofAddress = remembering().build();
        ofName = remembering().build();
        tries = remembering().build();
    }

    private Caffeine<Object, Object> remembering() {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(FORGOTTEN_AFTER)
                .ticker(ticker);
    }

    /**
     * Whether a password may be tried. A try counts from its start, so that many at once do not slip through, and until it
     * has {@link #succeeded}.
     */
    boolean mayTry(String address, String name) {
        Tries now = tries.asMap()
                .merge(
                        new Pair(address, name),
                        new Tries(1, new TokenBucket(1, ticker.read())),
                        (before, first) -> new Tries(before.count() + 1, before.more()));
        return now.count() <= FREE_TRIES || now.more().take(1, ticker.read(), 0).isPresent();
    }

    /** What failed before from there was a slip of the owner's. */
    void succeeded(String address, String name) {
        tries.invalidate(new Pair(address, name));
    }

    /** Counts a failure; its answer is to wait as long as this returns. */
    Duration failed(String address, String name) {
        Duration byAddress = pause(ofAddress.asMap().merge(address, 1, Integer::sum) - FREE_OF_ADDRESS);
        Duration byName = pause(ofName.asMap().merge(name, 1, Integer::sum) - FREE_OF_NAME);
        return byAddress.compareTo(byName) > 0 ? byAddress : byName;
    }

    /** How many failed from this address lately. */
    int from(String address) {
        Integer failures = ofAddress.getIfPresent(address);
        return failures == null ? 0 : failures;
    }

    private static Duration pause(int over) {
        if (over <= 0) {
            return Duration.ZERO;
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(over - 1, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
