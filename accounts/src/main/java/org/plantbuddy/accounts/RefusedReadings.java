package org.plantbuddy.accounts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The newest refused readings of each user. Thread-safe. */
public final class RefusedReadings {

    /** Older ones of the same user are forgotten. */
    public static final int KEPT_PER_USER = 1_000;

    private static final int MAX_TOPIC = 512;
    private static final int MAX_TEXT = 1_024;

    private final Jdbi jdbi;

    RefusedReadings(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Keeps a refused reading; one that is kept already, or whose user is unknown, is not kept again.
     *
     * @return whether it is new
     */
    public boolean add(RefusedReading refused) {
        return !add(List.of(refused)).isEmpty();
    }

    /**
     * Keeps all of them or, when the database fails, none. It costs little more than one.
     *
     * @return those that are new
     */
    public List<RefusedReading> add(List<RefusedReading> refused) {
        if (refused.isEmpty()) {
            return List.of();
        }
        return jdbi.inTransaction(handle -> {
            List<RefusedReading> added = insert(handle, refused);
            added.stream().map(RefusedReading::user).distinct().forEach(user -> forgetOldest(handle, user));
            return added;
        });
    }

    private static List<RefusedReading> insert(Handle handle, List<RefusedReading> all) {
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO refused_readings (user_name, id, topic, payload, reason, refused_at)"
                        + " SELECT name, :id, :topic, :payload, :reason, :at FROM users WHERE name = :user"
                        + " ON CONFLICT DO NOTHING");
        for (RefusedReading refused : all) {
            batch.bind("user", refused.user())
                    .bind("id", refused.id())
                    .bind("topic", cut(refused.topic(), MAX_TOPIC))
                    .bind("payload", cut(refused.payload(), MAX_TEXT))
                    .bind("reason", cut(refused.reason(), MAX_TEXT))
                    .bind("at", refused.at().toEpochMilli())
                    .add();
        }
        int[] counts = batch.execute();
        List<RefusedReading> added = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                added.add(all.get(i));
            }
        }
        return added;
    }

    private static void forgetOldest(Handle handle, String user) {
        handle.createUpdate("DELETE FROM refused_readings WHERE user_name = :user AND id NOT IN"
                        + " (SELECT id FROM refused_readings WHERE user_name = :user"
                        + " ORDER BY refused_at DESC, id LIMIT :kept)")
                .bind("user", user)
                .bind("kept", KEPT_PER_USER)
                .execute();
    }

    /** The newest first. */
    public List<RefusedReading> newest(String user, int limit) {
        return list(user, Page.newest(limit));
    }

    /** Some of them; times in ms. */
    public List<RefusedReading> list(String user, Page page) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT id, topic, payload, reason, refused_at FROM refused_readings WHERE user_name = :user"
                                + " AND (refused_at < :time OR (refused_at = :time AND id > :id)) ORDER BY refused_at"
                                + " DESC, id LIMIT :limit")
                .bind("user", user)
                .bind("time", page.time())
                .bind("id", page.id())
                .bind("limit", page.limit())
                .map((row, context) -> new RefusedReading(
                        row.getString("id"),
                        user,
                        row.getString("topic"),
                        row.getString("payload"),
                        row.getString("reason"),
                        Instant.ofEpochMilli(row.getLong("refused_at"))))
                .list());
    }

    /** PostgreSQL takes no NUL in a text. */
    static String cut(String text, int most) {
        return text.substring(0, Math.min(text.length(), most)).replace('\0', '\uFFFD');
    }
}
