package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Limits of single users, where they are others than everybody's. Thread-safe. */
public final class Limits {

    /** A window of the 10 minute means, which is computed again when a reading of it comes late. */
    private static final long WINDOW_MS = Duration.ofMinutes(10).toMillis();

    /** From when a reading is taken until it is in its window. */
    private static final long ON_ITS_WAY_MS = Duration.ofHours(1).toMillis();

    private final Jdbi jdbi;
    private final Clock clock;

    Limits(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Raw readings that are to be deleted.
     *
     * @param until those before it
     */
    public record Trim(String user, Instant until) {}

    /**
     * Sets limits of a user, all of them or none.
     *
     * @param limits empty: as for everybody
     * @throws AccountException when there is no such user, or a value is not allowed
     */
    public void set(String user, Map<Limit, OptionalLong> limits) {
        limits.forEach((limit, value) -> {
            if (value.isPresent() && !limit.allows(value.getAsLong())) {
                throw new AccountException(
                        "'" + limit.shown(value.getAsLong()) + "' is not allowed: it must be " + limit.rule());
            }
        });
        jdbi.useTransaction(handle -> limits.forEach((limit, value) -> set(handle, user, limit, value)));
    }

    private void set(Handle handle, String user, Limit limit, OptionalLong value) {
        int changed = handle.createUpdate("UPDATE users SET " + limit.column() + " = :value WHERE name = :user")
                .bind("user", user)
                .bind("value", value.isPresent() ? value.getAsLong() : null)
                .execute();
        if (changed == 0) {
            throw Users.unknown(user);
        }
        String shown = value.isPresent() ? limit.shown(value.getAsLong()) : "default";
        Audit.write(handle, clock, Actor.operator(), AuditAction.LIMIT_SET, user, limit.text() + " " + shown);
    }

    /**
     * A user's own limits; nothing of those that are as for everybody.
     *
     * @throws AccountException when there is no such user
     */
    public Map<Limit, Long> of(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM users WHERE name = :user")
                .bind("user", user)
                .map((row, context) -> {
                    Map<Limit, Long> own = new EnumMap<>(Limit.class);
                    for (Limit limit : Limit.values()) {
                        long value = row.getLong(limit.column());
                        if (!row.wasNull()) {
                            own.put(limit, limit.held(value));
                        }
                    }
                    return own;
                })
                .findOne()
                .orElseThrow(() -> Users.unknown(user)));
    }

    /**
     * Takes on to delete what users do not want kept: of several bridges each user is one's, and that for the time given.
     *
     * <p>What is deleted ends with a window, an hour later than what is still taken: a window that is computed again for a late
     * reading has all its readings, or none, which leaves its means.
     *
     * @param every until the user's turn comes again
     * @param most so many users at once
     */
    public List<Trim> takeTrims(Duration every, int most) {
        long now = clock.millis();
        return jdbi.inTransaction(handle -> handle
                .createQuery("SELECT name, keep_ms FROM users WHERE keep_ms IS NOT NULL AND trimmed_at <= :before"
                        + " ORDER BY trimmed_at, name LIMIT :most")
                .bind("before", now - every.toMillis())
                .bind("most", most)
                .map((row, context) -> new Trim(row.getString("name"), until(now, row.getLong("keep_ms"))))
                .list()
                .stream()
                .filter(trim -> take(handle, trim.user(), now - every.toMillis(), now))
                .toList());
    }

    private static Instant until(long now, long keepMs) {
        long kept = now - Limit.KEEP.held(keepMs) - ON_ITS_WAY_MS;
        return Instant.ofEpochMilli(Math.floorDiv(kept, WINDOW_MS) * WINDOW_MS);
    }

    private static boolean take(Handle handle, String user, long before, long now) {
        return handle.createUpdate("UPDATE users SET trimmed_at = :now WHERE name = :user AND trimmed_at <= :before")
                        .bind("user", user)
                        .bind("before", before)
                        .bind("now", now)
                        .execute()
                > 0;
    }

    /** It was not done: it is the user's turn again. */
    public void giveBack(Trim trim) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE users SET trimmed_at = 0 WHERE name = :user")
                .bind("user", trim.user())
                .execute());
    }
}
