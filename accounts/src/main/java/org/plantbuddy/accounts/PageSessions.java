package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.text.Sha256;
import org.plantbuddy.text.Unseen;

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
    static final Duration USE_NOTED_EVERY = Duration.ofMinutes(10);

    /** So many characters of a hash name a session to its user; a guess of them is of no use. */
    private static final int NAME = 16;

    private static final int MAX_BROWSER = 64;

    private static final String SELECT =
            "SELECT s.id_hash, s.user_name, s.browser, s.stamp, u.password_hash, s.began_at,"
                    + " s.used_at FROM page_sessions s JOIN users u ON u.name = s.user_name";

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

    /**
     * A session as its user knows it.
     *
     * @param name tells it from the user's others, and is of no use to sign in
     * @param browser such as Firefox on Linux; empty where nothing is known
     * @param used to ten minutes
     */
    public record Shown(String name, String browser, Instant began, Instant used) {}

    private record Stored(
            String name, String user, String browser, String stamp, String passwordHash, Instant began, Instant used) {

        boolean holds(Instant now) {
            return now.isBefore(used.plus(IDLE))
                    && !now.isAfter(began.plus(LONGEST))
                    && Users.stamp(passwordHash).equals(stamp);
        }
    }

    /**
     * Begins a session, which holds as long as the password that it began with.
     *
     * @param id with enough random bits that nobody guesses it
     * @param browser what its user knows it by
     * @return whether it has begun: not where the account went away meanwhile
     */
    public boolean begin(String id, Users.Proven who, String browser) {
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
            return handle.createUpdate(
                                    "INSERT INTO page_sessions (id_hash, user_name, stamp, began_at, used_at,"
                                            + " browser) SELECT :id, name, :stamp, :now, :now, :browser FROM users WHERE name = :user")
                            .bind("id", Sha256.hex(id))
                            .bind("user", who.user())
                            .bind("stamp", who.credentialStamp())
                            .bind("now", now)
                            .bind("browser", Unseen.shown(browser, MAX_BROWSER - 1))
                            .execute()
                    == 1;
        });
    }

    /** The session of this id, if it still holds. One row is read, by its key. */
    public Optional<Session> find(String id) {
        Instant now = clock.instant();
        Optional<Stored> stored = jdbi.withHandle(handle -> handle.createQuery(SELECT + " WHERE s.id_hash = :id")
                .bind("id", Sha256.hex(id))
                .map((row, context) -> stored(row))
                .findOne());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Stored session = stored.get();
        if (!session.holds(now)) {
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

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getString("id_hash").substring(0, NAME),
                row.getString("user_name"),
                row.getString("browser"),
                row.getString("stamp"),
                row.getString("password_hash"),
                Instant.ofEpochMilli(row.getLong("began_at")),
                Instant.ofEpochMilli(row.getLong("used_at")));
    }

    /** What {@link Shown} calls the session of this id. */
    public static String name(String id) {
        return Sha256.hex(id).substring(0, NAME);
    }

    /** The user's sessions that hold, the one used last first. */
    public List<Shown> list(String user) {
        Instant now = clock.instant();
        return jdbi
                .withHandle(handle -> handle.createQuery(SELECT
                                + " WHERE s.user_name = :user ORDER BY s.used_at DESC, s.began_at DESC, s.id_hash")
                        .bind("user", user)
                        .map((row, context) -> stored(row))
                        .list())
                .stream()
                .filter(session -> session.holds(now))
                .map(session -> new Shown(session.name, session.browser, session.began, session.used))
                .toList();
    }

    /**
     * Ends one session of the user's.
     *
     * @param name as {@link Shown} has it
     * @return whether there was one
     */
    public boolean end(String user, String name) {
        return jdbi.withHandle(handle -> handle.createUpdate("DELETE FROM page_sessions WHERE user_name = :user"
                                + " AND SUBSTR(id_hash, 1, " + NAME + ") = :name")
                        .bind("user", user)
                        .bind("name", name)
                        .execute()
                > 0);
    }

    /** Ends all sessions of the user's but the one of this id. */
    public void endOthers(String user, String id) {
        jdbi.useHandle(
                handle -> handle.createUpdate("DELETE FROM page_sessions WHERE user_name = :user AND id_hash <> :id")
                        .bind("user", user)
                        .bind("id", Sha256.hex(id))
                        .execute());
    }

    /** Ends a session on all pages; one that has ended stays so. */
    public void end(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM page_sessions WHERE id_hash = :id")
                .bind("id", Sha256.hex(id))
                .execute());
    }
}
