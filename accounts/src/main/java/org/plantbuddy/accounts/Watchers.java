package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * What the processes of a system see of it, so that one of them can tell the operator for all, and of those that are gone.
 * Thread-safe.
 */
public final class Watchers {

    private final Jdbi jdbi;
    private final Clock clock;

    Watchers(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A process that watches.
     *
     * @param seenAt when it last said so
     * @param sees what does not work, as it says it
     */
    public record Watcher(String name, Instant seenAt, String sees) {}

    /** It lives. */
    public void report(String name, String sees) {
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO watchers (name, seen_at, sees)"
                        + " VALUES (:name, :now, :sees)"
                        + " ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, sees = excluded.sees")
                .bind("name", name)
                .bind("now", clock.millis())
                .bind("sees", sees)
                .execute());
    }

    /** Those that have not ended in order. */
    public List<Watcher> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM watchers ORDER BY name")
                .map((row, context) -> new Watcher(
                        row.getString("name"), Instant.ofEpochMilli(row.getLong("seen_at")), row.getString("sees")))
                .list());
    }

    /** It has ended in order, or nobody waits for it any more. Another one may tell the operator at once. */
    public void leave(String name) {
        jdbi.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM watchers WHERE name = :name")
                    .bind("name", name)
                    .execute();
            handle.createUpdate("UPDATE operator_told SET leased_til = 0 WHERE holder = :name")
                    .bind("name", name)
                    .execute();
        });
    }

    /** What the operator was told, for the one that may tell more until {@code lease} has passed; for all others empty. */
    public Optional<String> claim(String name, Duration lease) {
        long now = clock.millis();
        return jdbi.inTransaction(handle -> {
            int claimed = handle.createUpdate("UPDATE operator_told SET holder = :name, leased_til = :until"
                            + " WHERE holder = :name OR leased_til < :now")
                    .bind("name", name)
                    .bind("until", now + lease.toMillis())
                    .bind("now", now)
                    .execute();
            return claimed == 0
                    ? Optional.empty()
                    : handle.createQuery("SELECT told FROM operator_told")
                            .mapTo(String.class)
                            .findOne();
        });
    }

    /**
     * Keeps what the operator was told.
     *
     * @return whether it is still this one that tells
     */
    public boolean keep(String name, String told) {
        return jdbi.withHandle(
                handle -> handle.createUpdate("UPDATE operator_told SET told = :told WHERE holder = :name")
                                .bind("told", told)
                                .bind("name", name)
                                .execute()
                        > 0);
    }
}
