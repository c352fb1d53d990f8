package org.plantbuddy.accounts;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Requests to say when all readings that the broker acknowledged before a moment are stored, as rows that broker and bridges
 * share. The broker says when nothing of before is in its queue; after that each bridge says when nothing of before is in a
 * journal. Thread-safe.
 */
public final class Drains {

    /** A bridge that was heard of so shortly before a request is asked, whether or not it still lives. */
    private static final Duration LIVED = Duration.ofMinutes(1);

    /** Whoever asked so long ago has gone without a word. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    private final Jdbi jdbi;
    private final Clock clock;

    Drains(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Asks, from now on.
     *
     * @return names the request; to be {@link #end}ed
     */
    public String ask() {
        String id = Tokens.random();
        jdbi.useTransaction(handle -> {
            handle.createUpdate("DELETE FROM drains WHERE asked_at < :before")
                    .bind("before", clock.millis() - FORGOTTEN.toMillis())
                    .execute();
            handle.createUpdate("INSERT INTO drains (id, asked_at) VALUES (:id, :now)")
                    .bind("id", id)
                    .bind("now", clock.millis())
                    .execute();
        });
        return id;
    }

    /** Nobody waits for it any more. */
    public void end(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("DELETE FROM drains WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    /** Those that wait for the broker. */
    public List<String> inQueue() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT id FROM drains WHERE left_queue = 0")
                .mapTo(String.class)
                .list());
    }

    /** What was in the broker's queue when it first saw the request has been acknowledged by a bridge. */
    public void leftQueue(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE drains SET left_queue = 1 WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    /** Those that wait for bridges, this one among them. */
    public List<String> inJournal(String bridge) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT id FROM drains WHERE left_queue = 1"
                        + " AND id NOT IN (SELECT id FROM drains_seen WHERE bridge = :bridge)")
                .bind("bridge", bridge)
                .mapTo(String.class)
                .list());
    }

    /** What was in this bridge's journal, and in those that nobody has, when it first saw the request is stored. */
    public void leftJournal(String id, String bridge) {
        jdbi.useHandle(handle -> handle.createUpdate("INSERT INTO drains_seen (id, bridge)"
                        + " SELECT id, :bridge FROM drains WHERE id = :id ON CONFLICT DO NOTHING")
                .bind("id", id)
                .bind("bridge", bridge)
                .execute());
    }

    /**
     * How far a request has come.
     *
     * @param inQueue whether it waits for the broker
     * @param inJournals bridges that it waits for
     * @param bridges how many were asked
     */
    public record Progress(boolean inQueue, List<String> inJournals, int bridges) {}

    /** How far it has come; without any bridge that was asked nothing is drained. */
    public Progress progress(String id) {
        return jdbi.inTransaction(handle -> {
            boolean inQueue = handle.createQuery("SELECT COUNT(*) FROM drains WHERE id = :id AND left_queue = 1")
                            .bind("id", id)
                            .mapTo(Integer.class)
                            .one()
                    == 0;
            long asked = handle.createQuery("SELECT asked_at FROM drains WHERE id = :id")
                    .bind("id", id)
                    .mapTo(Long.class)
                    .one();
            List<String> bridges = handle.createQuery("SELECT name FROM bridges WHERE seen_at >= :since ORDER BY name")
                    .bind("since", asked - LIVED.toMillis())
                    .mapTo(String.class)
                    .list();
            List<String> seen = handle.createQuery("SELECT bridge FROM drains_seen WHERE id = :id")
                    .bind("id", id)
                    .mapTo(String.class)
                    .list();
            return new Progress(
                    inQueue,
                    bridges.stream().filter(bridge -> !seen.contains(bridge)).toList(),
                    bridges.size());
        });
    }

    /**
     * Bridges that ended with readings in their journals, or without a word longer ago: what their journals hold is stored only if
     * another bridge has their disk.
     */
    public List<String> silentBridges() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT name FROM bridges WHERE seen_at > 0 AND seen_at < :before ORDER BY name")
                .bind("before", clock.millis() - LIVED.toMillis())
                .mapTo(String.class)
                .list());
    }
}
