package org.plantbuddy.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who is signed in, in this process's memory: a restart signs everyone out, and so does a new password.
 *
 * <p>A session ends when unused for a day, a week after it began at the latest, or when the account changed; that is
 * seen within {@link #ACCOUNT_CHECKED_EVERY}. Ids are kept as hashes only through the signer, so a heap dump in a
 * crash report hands nobody a session. Thread-safe.
 */
final class Sessions {

    static final Duration IDLE = Duration.ofDays(1);
    static final Duration LONGEST = Duration.ofDays(7);
    static final Duration ACCOUNT_CHECKED_EVERY = Duration.ofSeconds(10);

    private static final int MOST = 100_000;

    private final Function<String, Optional<String>> credentialStamps;
    private final Clock clock;
    private final Signer signer;
    private final Cache<String, Session> sessions;
    private final Cache<String, Optional<String>> stamps;

    /** @param credentialStamps the stamp of a user's account now; empty when there is no such user */
    Sessions(Function<String, Optional<String>> credentialStamps, Signer signer, Clock clock) {
        this.credentialStamps = credentialStamps;
        this.signer = signer;
        this.clock = clock;
        Ticker ticker = () -> Duration.ofMillis(clock.millis()).toNanos();
        this.sessions = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(IDLE)
                .ticker(ticker)
                .build();
        this.stamps = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(ACCOUNT_CHECKED_EVERY)
                .ticker(ticker)
                .build();
    }

    /**
     * Begins a session under a new id, never one the browser came with.
     *
     * @return the id, for the cookie; empty when the account went away meanwhile
     */
    Optional<String> begin(String user) {
        return credentialStamps.apply(user).map(stamp -> {
            String id = Signer.random();
            sessions.put(key(id), new Session(user, Signer.random(), stamp, clock.instant()));
            return id;
        });
    }

    /** The session of this id, if it is still good. */
    Optional<Session> find(String id) {
        Session session = sessions.getIfPresent(key(id));
        if (session == null) {
            return Optional.empty();
        }
        boolean tooOld = clock.instant().isAfter(session.since().plus(LONGEST));
        if (tooOld || !accountIsTheSame(session)) {
            end(id);
            return Optional.empty();
        }
        return Optional.of(session);
    }

    void end(String id) {
        sessions.invalidate(key(id));
    }

    private boolean accountIsTheSame(Session session) {
        Optional<String> now = stamps.get(session.user(), credentialStamps);
        if (now.filter(session.credentialStamp()::equals).isPresent()) {
            return true;
        }
        // The stamp remembered may be from before a new password that this very session began with.
        stamps.invalidate(session.user());
        return stamps.get(session.user(), credentialStamps)
                .filter(session.credentialStamp()::equals)
                .isPresent();
    }

    private String key(String id) {
        return signer.sign("session", id);
    }
}
