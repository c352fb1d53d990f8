package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.text.Sha256;

/**
 * Who is signed in on the page, for all pages together. Kept are hashes of the ids, which are of no use to sign in. Thread-safe.
 *
 * <p>A session ends when unused for {@link #IDLE}, {@link #LONGEST} after it began at the latest, and with a new password or
 * the account at once.
 */
public final class PageSessions {

    public static final Duration IDLE = Duration.ofDays(1);
    public static final Duration LONGEST = Duration.ofDays(7);

    /** More a user cannot have: the one that began first ends. */
    public static final int MOST_OF_USER = 100;

    /** Written down no more often than this. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(10);

    private final Jdbi jdbi;
    private final Clock clock;

    PageSessions(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A session that holds.
     *
     * @param credentialStamp of the account
     */
    public record Session(String user, String credentialStamp) {}

    private record Stored(String user, String stamp, String passwordHash, Instant began, Instant used) {}

    /**
     * Begins a session, which holds as long as the password that it began with.
     *
     * @param id with enough random bits that nobody guesses it
     * @return whether it has begun: not where the account went away meanwhile
     */
    public boolean begin(String id, Users.Proven who) {
        long now = clock.millis();
        return jdbi.inTransaction(handle -> {
            handle.createUpdate("DELETE FROM page_sessions WHERE used_at <= :idle")
                    .bind("idle", now - IDLE.toMillis())
                    .execute();
            handle.createUpdate("DELETE FROM page_sessions WHERE user_name = :user AND id_hash NOT IN"
                            + " (SELECT id_hash FROM page_sessions WHERE user_name = :user"
                            + " ORDER BY began_at DESC, id_hash LIMIT :others)")
                    .bind("user", who.user())
                    .bind("others", MOST_OF_USER - 1)
                    .execute();
            return handle.createUpdate("INSERT INTO page_sessions (id_hash, user_name, stamp, began_at, used_at)"
                                    + " SELECT :id, name, :stamp, :now, :now FROM users WHERE name = :user")
                            .bind("id", Sha256.hex(id))
                            .bind("user", who.user())
                            .bind("stamp", who.credentialStamp())
                            .bind("now", now)
                            .execute()
                    == 1;
        });
    }

    /** The session of this id, if it still holds. One row is read, by its key. */
    public Optional<Session> find(String id) {
        Instant now = clock.instant();
        Optional<Stored> stored = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT s.user_name, s.stamp, u.password_hash, s.began_at, s.used_at FROM page_sessions s"
                                + " JOIN users u ON u.name = s.user_name WHERE s.id_hash = :id")
                .bind("id", Sha256.hex(id))
                .map((row, context) -> new Stored(
                        row.getString("user_name"),
                        row.getString("stamp"),
                        row.getString("password_hash"),
                        Instant.ofEpochMilli(row.getLong("began_at")),
                        Instant.ofEpochMilli(row.getLong("used_at"))))
                .findOne());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Stored session = stored.get();
        boolean over = !now.isBefore(session.used.plus(IDLE))
                || now.isAfter(session.began.plus(LONGEST))
                || !Users.stamp(session.passwordHash).equals(session.stamp);
        if (over) {
            end(id);
            return Optional.empty();
        }
        if (!now.isBefore(session.used.plus(USE_NOTED_EVERY))) {
            jdbi.useHandle(handle -> handle.createUpdate("UPDATE page_sessions SET used_at = :now WHERE id_hash = :id")
                    .bind("now", now.toEpochMilli())
                    .bind("id", Sha256.hex(id))
                    .execute());
        }
        return Optional.of(new Session(session.user, session.stamp));
    }

    /** Ends a session on all pages; one that has ended stays so. */
    public void end(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM page_sessions WHERE id_hash = :id")
                .bind("id", Sha256.hex(id))
                .execute());
    }
}
