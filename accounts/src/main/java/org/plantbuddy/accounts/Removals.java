package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What is left to do for users who were removed, as a durable job that broker and bridges share.
 *
 * <p>{@link Users#remove} starts it. The broker ends the sessions, clears retained messages and notes its last stamp; every
 * bridge stops writing what is not newer; then one of them deletes in InfluxDB. Only after that is the name free.
 * Thread-safe.
 */
public final class Removals {

    private static final int MAX_PROBLEM = 1_024;

    /** As {@code seen_at} of a bridge that ended in order, and is neither waited for nor forgotten. */
    private static final long LEFT_READINGS = 1;

    private final Jdbi jdbi;
    private final Clock clock;

    Removals(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** In the transaction that deletes the account. Where no bridge ever ran there is nothing but the account. */
    static void start(Handle handle, String user, long now) {
        boolean nothingElse = handle.createQuery("SELECT COUNT(*) FROM bridges")
                        .mapTo(Integer.class)
                        .one()
                == 0;
        handle.createUpdate("DELETE FROM removals WHERE name = :name")
                .bind("name", user)
                .execute();
        handle.createUpdate("INSERT INTO removals (name, removed_at, cutoff_ns, erased_at, eraser, leased_til, problem)"
                        + " VALUES (:name, :now, :cutoff, :erased, '', 0, '')")
                .bind("name", user)
                .bind("now", now)
                .bind("cutoff", nothingElse ? now * 1_000_000 : null)
                .bind("erased", nothingElse ? now : null)
                .execute();
    }

    /** All there ever were, newest of each name. */
    public List<Removal> all() {
        return query("");
    }

    /** Those not done yet. */
    public List<Removal> pending() {
        return query(" WHERE erased_at IS NULL");
    }

    private List<Removal> query(String where) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM removals" + where + " ORDER BY removed_at, name")
                        .map(Removals::removal)
                        .list());
    }

    /** The newest removal of this name. */
    public Optional<Removal> of(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM removals WHERE name = :name")
                .bind("name", user)
                .map(Removals::removal)
                .findOne());
    }

    /** The removal that keeps this name from being used. */
    public Optional<Removal> pending(String user) {
        return of(user).filter(removal -> !removal.erased());
    }

    /**
     * The broker has nothing of the account any more.
     *
     * @param cutoffNs its newest stamp
     */
    public void sessionsEnded(Removal removal, long cutoffNs) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE removals SET cutoff_ns = :cutoff"
                        + " WHERE name = :name AND removed_at = :at AND cutoff_ns IS NULL")
                .bind("cutoff", cutoffNs)
                .bind("name", removal.user())
                .bind("at", removal.removedAt().toEpochMilli())
                .execute());
    }

    /** The bridge lives, whether or not readings get through it. */
    public void alive(String bridge) {
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO bridges (name, seen_at, works_at)"
                        + " VALUES (:name, :now, 0) ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at,"
                        + " works_at = COALESCE(bridges.works_at, 0)")
                .bind("name", bridge)
                .bind("now", clock.millis())
                .execute());
    }

    /** Readings get through the bridge: it is connected to the broker, and InfluxDB takes what it writes. */
    public void works(String bridge) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE bridges SET works_at = :now WHERE name = :name")
                .bind("name", bridge)
                .bind("now", clock.millis())
                .execute());
    }

    /**
     * The bridge has ended in order: it writes nothing until it is alive again.
     *
     * @param emptied whether nothing is left in its journal
     */
    public void leaves(String bridge, boolean emptied) {
        jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE bridges SET seen_at = :seen, works_at = 0 WHERE name = :name")
                        .bind("seen", emptied ? 0 : LEFT_READINGS)
                        .bind("name", bridge)
                        .execute());
    }

    /** Another bridge has stored what this one left in its journal. */
    public void emptied(String bridge) {
        jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE bridges SET seen_at = 0 WHERE name = :name AND seen_at = :seen")
                        .bind("seen", LEFT_READINGS)
                        .bind("name", bridge)
                        .execute());
    }

    /** Names of the bridges that lived within this time. */
    public List<String> bridges(Duration within) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT name FROM bridges WHERE seen_at >= :since ORDER BY name")
                        .bind("since", clock.millis() - within.toMillis())
                        .mapTo(String.class)
                        .list());
    }

    /**
     * When a bridge last said that it {@link #works}: empty when none ever lived, the epoch when none said so since it started,
     * or all have ended in order. An older release's says only that it lives.
     */
    public Optional<Instant> bridgeWorked() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT MAX(COALESCE(works_at, seen_at)) FROM bridges")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochMilli));
    }

    /** Nothing of the account is under way from this bridge to InfluxDB or the database, nor will be. */
    public void seen(Removal removal, String bridge) {
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO removals_seen (name, bridge)"
                        + " SELECT name, :bridge FROM removals WHERE name = :name AND removed_at = :at"
                        + " ON CONFLICT DO NOTHING")
                .bind("bridge", bridge)
                .bind("name", removal.user())
                .bind("at", removal.removedAt().toEpochMilli())
                .execute());
    }

    /** Bridges that lived within this time and may still write something of the account. */
    public List<String> unseen(Removal removal, Duration within) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT name FROM bridges WHERE seen_at >= :since"
                        + " AND name NOT IN (SELECT bridge FROM removals_seen WHERE name = :name) ORDER BY name")
                .bind("since", clock.millis() - within.toMillis())
                .bind("name", removal.user())
                .mapTo(String.class)
                .list());
    }

    /** Whether this bridge may delete in InfluxDB, and until {@code lease} has passed no other. */
    public boolean claim(Removal removal, String bridge, Duration lease) {
        long now = clock.millis();
        return jdbi.withHandle(handle -> handle.createUpdate("UPDATE removals SET eraser = :bridge, leased_til = :until"
                                + " WHERE name = :name AND removed_at = :at AND erased_at IS NULL"
                                + " AND (eraser = :bridge OR leased_til < :now)")
                        .bind("bridge", bridge)
                        .bind("until", now + lease.toMillis())
                        .bind("name", removal.user())
                        .bind("at", removal.removedAt().toEpochMilli())
                        .bind("now", now)
                        .execute()
                > 0);
    }

    /** InfluxDB has nothing of the account any more: the name is free. */
    public void erased(Removal removal, String bridge) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE removals SET erased_at = :now, problem = ''"
                        + " WHERE name = :name AND removed_at = :at AND eraser = :bridge")
                .bind("now", clock.millis())
                .bind("name", removal.user())
                .bind("at", removal.removedAt().toEpochMilli())
                .bind("bridge", bridge)
                .execute());
    }

    /** Why it is not done yet. */
    public void held(Removal removal, String problem) {
        String cut =
                problem.substring(0, Math.min(problem.length(), MAX_PROBLEM)).replace('\0', '\uFFFD');
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE removals SET problem = :problem WHERE name = :name AND removed_at = :at")
                .bind("problem", cut)
                .bind("name", removal.user())
                .bind("at", removal.removedAt().toEpochMilli())
                .execute());
    }

    private static Removal removal(ResultSet row, StatementContext context) throws SQLException {
        long cutoff = row.getLong("cutoff_ns");
        OptionalLong cutoffNs = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(cutoff);
        row.getLong("erased_at");
        boolean erased = !row.wasNull();
        return new Removal(
                row.getString("name"),
                Instant.ofEpochMilli(row.getLong("removed_at")),
                cutoffNs,
                erased,
                row.getString("problem"));
    }
}
