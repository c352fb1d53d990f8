package org.plantbuddy.web.http;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Clock;
import java.time.Duration;

/** What many requests of a user get, loaded once in so long. */
public final class UserCache {

    private static final int USERS = 10_000;
    private static final Duration SHORTLY = Duration.ofSeconds(2);

    private UserCache() {}

    /** For what a database says: however often a page asks, it is asked once in 2 s. */
    public static <K, V> LoadingCache<K, V> shortly(Clock clock, CacheLoader<K, V> load) {
        return of(SHORTLY, clock, load);
    }

    public static <K, V> LoadingCache<K, V> of(Duration length, Clock clock, CacheLoader<K, V> load) {
        return Caffeine.newBuilder()
                .maximumSize(USERS)
                .expireAfterWrite(length)
                .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
                .build(load);
    }
}
