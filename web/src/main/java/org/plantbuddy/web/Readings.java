package org.plantbuddy.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page shows of a user's readings, asked for at most once in {@link #FRESH_FOR} however many look at it, and by
 * few at once. When the database does not answer, the readings last seen are shown with their age. Thread-safe.
 */
final class Readings {

    static final Duration FRESH_FOR = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(Readings.class);
    private static final int QUERIES_AT_ONCE = 8;
    private static final int SECONDS_TO_WAIT_FOR_TURN = 5;
    private static final Duration KEPT = Duration.ofHours(1);

    /** Points over all users; at 100 bytes each this is 200 MB at the very most. */
    private static final long POINTS_KEPT = 2_000_000;

    private final SeriesSource source;
    private final Clock clock;
    private final Semaphore turns = new Semaphore(QUERIES_AT_ONCE, true);
    private final AtomicBoolean away = new AtomicBoolean();
    private final LoadingCache<Account, View> views;

    Readings(SeriesSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.views = Caffeine.newBuilder()
                .maximumWeight(POINTS_KEPT)
                .weigher((Account account, View view) -> view.points())
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
    View of(String user, String credentialStamp) {
        Account account = new Account(user, credentialStamp);
        View view = views.get(account);
        if (!isDue(view)) {
            return view;
        }
        // One request asks again; the others of this user wait for its answer, and find it fresh.
        return views.asMap()
                .compute(
                        account,
                        (key, seen) -> seen != null && !isDue(seen) ? seen : load(key, Optional.ofNullable(seen)));
    }

    private boolean isDue(View view) {
        return !clock.instant().isBefore(view.triedAt().plus(FRESH_FOR));
    }

    private View load(Account account, Optional<View> before) {
        try {
            if (!turns.tryAcquire(SECONDS_TO_WAIT_FOR_TURN, TimeUnit.SECONDS)) {
                return stale(before, "too many are asking at once");
            }
            try {
                List<Series> series = source.last48Hours(account.user());
                if (away.getAndSet(false)) {
                    log.info("readings available again");
                }
                Instant now = clock.instant();
                return new View(series, Optional.of(now), now);
            } finally {
                turns.release();
            }
        } catch (ReadingsUnavailableException e) {
            return stale(before, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stale(before, "interrupted");
        }
    }

    private View stale(Optional<View> before, String reason) {
        if (!away.getAndSet(true)) {
            log.warn("readings not available, the page shows what it has reason={}", reason);
        }
        return new View(before.map(View::series).orElse(List.of()), before.flatMap(View::asOf), clock.instant());
    }

    /**
     * @param asOf when InfluxDB gave these; empty when it never did
     * @param triedAt when it was last asked; later than {@code asOf} when it did not answer
     */
    record View(List<Series> series, Optional<Instant> asOf, Instant triedAt) {

        boolean isStale() {
            return asOf.filter(triedAt::equals).isEmpty();
        }

        int points() {
            return 1 + series.stream().mapToInt(line -> line.times().size()).sum();
        }
    }
}
