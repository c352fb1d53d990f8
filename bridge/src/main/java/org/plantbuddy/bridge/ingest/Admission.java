package org.plantbuddy.bridge.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Predicate;
import org.plantbuddy.topic.SeriesName;

/**
 * Which series may be written, remembered for a while: the database is asked for a series once in ten minutes, not for
 * every reading, and once in ten seconds for one it turned away. Thread-safe.
 */
final class Admission {

    private static final int MOST_SERIES = 1_000_000;

    private final Predicate<SeriesName> database;
    private final Cache<SeriesName, Boolean> admitted = Caffeine.newBuilder()
            .maximumSize(MOST_SERIES)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();
    private final Cache<SeriesName, Boolean> turnedAway = Caffeine.newBuilder()
            .maximumSize(MOST_SERIES / 10)
            .expireAfterWrite(Duration.ofSeconds(10))
            .build();

    Admission(Predicate<SeriesName> database) {
        this.database = database;
    }

    /** The account was removed: whoever has the name next begins anew. */
    void forget(String user) {
        admitted.asMap().keySet().removeIf(series -> series.user().equals(user));
        turnedAway.asMap().keySet().removeIf(series -> series.user().equals(user));
    }

    /** Throws what the database throws when it cannot tell. */
    boolean admits(SeriesName series) {
        if (admitted.getIfPresent(series) != null) {
            return true;
        }
        if (turnedAway.getIfPresent(series) != null) {
            return false;
        }
        boolean may = database.test(series);
        (may ? admitted : turnedAway).put(series, may);
        return may;
    }
}
