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
import org.plantbuddy.process.Deadline;
import org.plantbuddy.web.http.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the page shows of users' readings, each asked for at most once in {@link #FRESH_FOR} however many look at it, by few at
 * once, and by one of a user. When the database does not answer, what was seen last is shown with its age. Thread-safe.
 *
 * @param <Q> what can be asked for; immutable
 * @param <T> what is seen; immutable
 */
public final class Readings<Q, T> {

    public static final Duration FRESH_FOR = Duration.ofSeconds(4);

    private static final Logger log = LoggerFactory.getLogger(Readings.class);
    private static final int QUERIES_AT_ONCE = 8;
    private static final Duration TURN_WITHIN = Duration.ofMillis(800);
    private static final Duration KEPT = Duration.ofHours(1);

    /** Points over all users; at 100 bytes each this is 200 MB at the very most. */
    private static final long POINTS_KEPT = 2_000_000;

    private final Source<Q, T> source;
    private final Function<Q, String> user;
    private final T nothing;
    private final Clock clock;
    private final Semaphore turns = new Semaphore(QUERIES_AT_ONCE, true);
    private final LoadingCache<String, Semaphore> turnsOf =
            Caffeine.newBuilder().weakValues().build(name -> new Semaphore(1, true));
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final LoadingCache<Question<Q>, View<T>> views;

    /**
     * Where what is asked for comes from.
     *
     * @param <Q> what can be asked for
     * @param <T> what is seen
     */
    @FunctionalInterface
    public interface Source<Q, T> {

        /**
         * Asks.
         *
         * @param before the answer before this one; empty when there is none any more
         * @throws ReadingsUnavailableException when there is no answer
         */
        T ask(Q question, Optional<T> before);
    }

    /**
     * @param user whose readings a question is about
     * @param nothing what is seen before there was an answer
     * @param points how many points there are in what is seen
     */
    public Readings(Source<Q, T> source, Function<Q, String> user, T nothing, ToIntFunction<T> points, Clock clock) {
        this.source = source;
        this.user = user;
        this.nothing = nothing;
        this.clock = clock;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.views = Caffeine.newBuilder()
                .maximumWeight(POINTS_KEPT)
                .weigher((Question<Q> question, View<T> view) -> 1 + points.applyAsInt(view.seen()))
                .expireAfterAccess(KEPT)
                .ticker(ticker)
                .build(question -> load(question, Optional.empty()));
    }

    /** An account that has the name of a removed one must never see what is remembered of that. */
    private record Question<Q>(Q asked, String credentialStamp) {}

    /**
     * The readings, seldom older than {@link #FRESH_FOR}; if so, the view says since when.
     *
     * @param credentialStamp tells the user's account from an earlier one of the same name
     * @throws Problem 429 while other questions of the user wait for their answers
     */
    public View<T> of(Q asked, String credentialStamp) {
        Question<Q> question = new Question<>(asked, credentialStamp);
        View<T> view = views.get(question);
        if (!isDue(view)) {
            return view;
        }
        // One request asks again; the others of this user wait for its answer, and find it fresh.
        return views.asMap()
                .compute(
                        question,
                        (key, seen) -> seen != null && !isDue(seen) ? seen : load(key, Optional.ofNullable(seen)));
    }

    private boolean isDue(View<T> view) {
        return !clock.instant().isBefore(view.triedAt().plus(FRESH_FOR));
    }

    private View<T> load(Question<Q> question, Optional<View<T>> before) {
        Instant asked = clock.instant();
        Semaphore own = turnsOf.get(user.apply(question.asked()));
        try {
            if (!own.tryAcquire(turnWithin(), TimeUnit.MILLISECONDS)) {
                throw new Problem(429, "you ask for much at once", "ask again when the other requests are answered");
            }
            try {
                return inTurn(question.asked(), asked, before);
            } finally {
                own.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stale(asked, before, "interrupted");
        }
    }

    private View<T> inTurn(Q question, Instant asked, Optional<View<T>> before) throws InterruptedException {
        if (!turns.tryAcquire(turnWithin(), TimeUnit.MILLISECONDS)) {
            return stale(asked, before, "too many are asking at once");
        }
        try {
            T seen = source.ask(
                    question, before.filter(view -> view.asOf().isPresent()).map(View::seen));
            if (awaySince.getAndSet(null) != null) {
                log.info("readings available again");
            }
            Instant now = clock.instant();
            return new View<>(seen, Optional.of(now), now, Optional.empty());
        } catch (ReadingsUnavailableException | ThresholdsUnavailableException e) {
            return stale(asked, before, String.valueOf(e.getMessage()));
        } finally {
            turns.release();
        }
    }

    private static long turnWithin() {
        return Deadline.atMost(TURN_WITHIN).toMillis();
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
