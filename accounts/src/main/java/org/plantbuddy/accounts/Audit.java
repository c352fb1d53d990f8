package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.text.Unseen;

/**
 * Who signed in and who changed what, for a year and up to a number. A change and its entry are one transaction where the
 * change is in this database. An entry of an account that does not exist names none: what was typed may be a password.
 * Thread-safe.
 */
public final class Audit {

    /** No entry is kept for longer. */
    public static final Duration KEPT = Duration.ofDays(365);

    /**
     * How many entries are kept. Who signs in, or guesses passwords, must not push out what was changed, and no user what others
     * did. What commands did counts for no bound: it is kept for its year.
     *
     * @param signIns right or wrong, of all
     * @param others of all
     * @param ofActor of one user, of sign-ins and of others each
     */
    record Bounds(int signIns, int others, int ofActor) {}

    static final Bounds BOUNDS = new Bounds(40_000, 100_000, 10_000);

    private static final int MAX_SUBJECT = 256;
    private static final int MAX_ADDRESS = 64;

    /** An index is read up to the bounds each time: not with each entry. */
    private static final int FORGET_EVERY = 500;

    private static final AtomicInteger written = new AtomicInteger();

    private final Jdbi jdbi;
    private final Clock clock;

    Audit(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** What is not of this database, or no change: a threshold, a sign-in, a command. */
    public void add(Actor actor, AuditAction action, String user, String subject) {
        jdbi.useTransaction(handle -> write(handle, clock, actor, action, user, subject));
    }

    /** In the transaction that makes the change. */
    static void write(Handle handle, Clock clock, Actor actor, AuditAction action, String user, String subject) {
        long now = clock.millis();
        handle.createUpdate("INSERT INTO audit (at, actor, address, action, user_name, subject)"
                        + " VALUES (:at, :actor, :address, :action,"
                        + " COALESCE((SELECT name FROM users WHERE name = :user), ''), :subject)")
                .bind("at", now)
                .bind("actor", actor.name())
                .bind("address", cut(actor.address(), MAX_ADDRESS))
                .bind("action", action.text())
                .bind("user", user)
                .bind("subject", cut(subject, MAX_SUBJECT))
                .execute();
        if (written.getAndIncrement() % FORGET_EVERY == 0) {
            forgetBeyond(handle, now, BOUNDS);
        }
    }

    private static String cut(String text, int most) {
        return Unseen.shown(text, most - 1); // and room for the sign that more follows
    }

    /** Forgets what is older than a year, and of what is newer all but so many. */
    void forgetBeyond(Bounds bounds) {
        jdbi.useTransaction(handle -> forgetBeyond(handle, clock.millis(), bounds));
    }

    private static void forgetBeyond(Handle handle, long now, Bounds bounds) {
        handle.createUpdate("DELETE FROM audit WHERE at < :oldest")
                .bind("oldest", now - KEPT.toMillis())
                .execute();
        forgetBeyond(handle, "IN", bounds.signIns(), bounds.ofActor());
        forgetBeyond(handle, "NOT IN", bounds.others(), bounds.ofActor());
    }

    private static void forgetBeyond(Handle handle, String in, int most, int ofActor) {
        String which = "action " + in + " ('" + AuditAction.SIGN_IN.text() + "', '" + AuditAction.SIGN_IN_FAILED.text()
                + "') AND actor <> '" + Actor.operator().name() + "'";
        handle.createQuery("SELECT actor FROM audit WHERE " + which
                        + " AND actor <> '' GROUP BY actor HAVING COUNT(*) > :most")
                .bind("most", ofActor)
                .mapTo(String.class)
                .list()
                .forEach(actor ->
                        forgetOldest(handle, which + " AND actor = :actor", Map.of("actor", actor, "most", ofActor)));
        forgetOldest(handle, which, Map.of("most", most));
    }

    private static void forgetOldest(Handle handle, String which, Map<String, Object> bound) {
        handle.createUpdate("DELETE FROM audit WHERE " + which + " AND at <= (SELECT at FROM audit WHERE " + which
                        + " ORDER BY at DESC LIMIT 1 OFFSET :most)")
                .bindMap(bound)
                .execute();
    }

    /** What is kept of a removed user is that and when it was removed, and by whom. */
    static void forget(Handle handle, String user) {
        handle.createUpdate("DELETE FROM audit WHERE user_name = :user OR actor = :user")
                .bind("user", user)
                .execute();
    }

    /**
     * The newest entries, the oldest of them first.
     *
     * @param user only those about this account, or of this actor
     */
    public List<AuditEntry> newest(Optional<String> user, Instant since, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM (SELECT * FROM audit WHERE at >= :since"
                        + " AND (:user = '' OR user_name = :user OR actor = :user)"
                        + " ORDER BY at DESC LIMIT :most) newest ORDER BY at")
                .bind("since", since.toEpochMilli())
                .bind("user", user.orElse(""))
                .bind("most", most)
                .map((row, context) -> entry(row))
                .list());
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                Instant.ofEpochMilli(row.getLong("at")),
                new Actor(row.getString("actor"), row.getString("address")),
                AuditAction.of(row.getString("action")),
                row.getString("user_name"),
                row.getString("subject"));
    }
}
