package org.plantbuddy.bridge.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.SeriesName;

/**
 * Which series may be written, remembered: the database is asked for a new series, and again for one in use every ten
 * minutes, beside the readings and not before them. One it turned away may be asked for again after ten seconds.
 * Thread-safe.
 */
final class Admission implements AutoCloseable {

    private static final int MOST_SERIES = 1_000_000;

    /** Others of the process must not wait for this database. */
    private final ExecutorService refreshing = Vital.timer("admission", 1);

    private final LoadingCache<SeriesName, Boolean> admitted;
    private final Cache<SeriesName, Boolean> turnedAway = Caffeine.newBuilder()
            .maximumSize(MOST_SERIES / 10)
            .expireAfterWrite(Duration.ofSeconds(10))
            .build();

    Admission(Predicate<SeriesName> database) {
        admitted = Caffeine.newBuilder()
                .maximumSize(MOST_SERIES)
                .expireAfterAccess(Duration.ofDays(1))
                .refreshAfterWrite(Duration.ofMinutes(10))
                .executor(refreshing)
                .build(new FromDatabase(database));
    }

    /** The account was removed: whoever has the name next begins anew. */
    void forget(String user) {
        admitted.asMap().keySet().removeIf(series -> series.user().equals(user));
        turnedAway.asMap().keySet().removeIf(series -> series.user().equals(user));
    }

    /** Whether it may be written, as far as that is known without the database. */
    Optional<Boolean> known(SeriesName series) {
        return Optional.ofNullable(admitted.getIfPresent(series))
                .or(() -> Optional.ofNullable(turnedAway.getIfPresent(series)));
    }

    /** Throws what the database throws when it cannot tell. */
    boolean admits(SeriesName series) {
        return known(series).orElseGet(() -> {
            boolean may = admitted.get(series) != null;
            if (!may) {
                turnedAway.put(series, false);
            }
            return may;
        });
    }

    /** Nothing is asked again after this. */
    @Override
    public void close() {
        refreshing.shutdownNow();
    }

    @SuppressWarnings("NullAway") // null: it may not be written, which is not remembered here
    private record FromDatabase(Predicate<SeriesName> database) implements CacheLoader<SeriesName, Boolean> {

        @Override
        public @Nullable Boolean load(SeriesName series) {
            return database.test(series) ? true : null;
        }

        /** While the database cannot tell, what it said last holds. */
        @Override
        public @Nullable Boolean reload(SeriesName series, Boolean before) {
            try {
                return load(series);
            } catch (RuntimeException e) {
                return before;
            }
        }
    }
}
