package org.plantbuddy.web.series;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.threshold.ThresholdsUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page shows of a user's readings, asked for at most once in {@link #FRESH_FOR} however many look at it, and by
 * few at once. When the database does not answer, what was seen last is shown with its age. Thread-safe.
 *
 * @param <T> what is seen; immutable
 */
public final class Readings<T> {

    public static final Duration FRESH_FOR = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(Readings.class);
    private static final int QUERIES_AT_ONCE = 8;
    private static final int SECONDS_TO_WAIT_FOR_TURN = 5;
    private static final Duration KEPT = Duration.ofHours(1);

    /** Points over all users; at 100 bytes each this is 200 MB at the very most. */
    private static final long POINTS_KEPT = 2_000_000;

    private final Function<String, T> source;
    private final T nothing;
    private final Clock clock;
    private final Semaphore turns = new Semaphore(QUERIES_AT_ONCE, true);
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final LoadingCache<Account, View<T>> views;

    /**
     * @param source asks for a user's; throws {@link ReadingsUnavailableException} when it has no answer
     * @param nothing what is seen before there was an answer
     * @param points how many points there are in what is seen
     */
    public Readings(Function<String, T> source, T nothing, ToIntFunction<T> points, Clock clock) {
        this.source = source;
        this.nothing = nothing;
        this.clock = clock;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.views = Caffeine.newBuilder()
                .maximumWeight(POINTS_KEPT)
                .weigher((Account account, View<T> view) -> 1 + points.applyAsInt(view.seen()))
                .expireAfterAccess(KEPT)
                .ticker(ticker)
                .build(account -> load(account, Optional.empty()));
    }

    /** Whose readings: an account that has the name of a removed one must never see what is remembered of that. */
    private record Account(String user, String credentialStamp) {}

    /**
     * The user's readings, seldom older than {@link #FRESH_FOR}; if so, the view says since when.
     *
     * @param credentialStamp tells the account from an earlier one of the same name
     */
    public View<T> of(String user, String credentialStamp) {
        Account account = new Account(user, credentialStamp);
        View<T> view = views.get(account);
        if (!isDue(view)) {
            return view;
        }
        // One request asks again; the others of this user wait for its answer, and find it fresh.
        return views.asMap()
                .compute(
                        account,
                        (key, seen) -> seen != null && !isDue(seen) ? seen : load(key, Optional.ofNullable(seen)));
    }

    private boolean isDue(View<T> view) {
        return !clock.instant().isBefore(view.triedAt().plus(FRESH_FOR));
    }

    private View<T> load(Account account, Optional<View<T>> before) {
        Instant asked = clock.instant();
        try {
            if (!turns.tryAcquire(SECONDS_TO_WAIT_FOR_TURN, TimeUnit.SECONDS)) {
                return stale(asked, before, "too many are asking at once");
            }
            try {
                T seen = source.apply(account.user());
                if (awaySince.getAndSet(null) != null) {
                    log.info("readings available again");
                }
                Instant now = clock.instant();
                return new View<>(seen, Optional.of(now), now, Optional.empty());
            } finally {
                turns.release();
            }
        } catch (ReadingsUnavailableException | ThresholdsUnavailableException e) {
            return stale(asked, before, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stale(asked, before, "interrupted");
        }
    }

    private View<T> stale(Instant asked, Optional<View<T>> before, String reason) {
        if (awaySince.compareAndSet(null, asked)) {
            log.warn("readings not available, the page shows what it has reason=\"{}\"", reason);
        }
        return new View<>(
                before.map(View::seen).orElse(nothing),
                before.flatMap(View::asOf),
                clock.instant(),
                Optional.ofNullable(awaySince.get()).or(() -> Optional.of(asked)));
    }

    /**
     * What is shown.
     *
     * @param asOf when InfluxDB gave these; empty when it never did
     * @param triedAt when it was last asked; later than {@code asOf} when it did not answer
     * @param awaySince when it was first asked, by anybody, without an answer; empty when it answers
     */
    public record View<T>(T seen, Optional<Instant> asOf, Instant triedAt, Optional<Instant> awaySince) {

        public boolean isStale() {
            return awaySince.isPresent();
        }
    }
}
