package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.topic.Names;

/** What owners note of their boards. Thread-safe. */
public final class Notes {

    /** Of a user: ten plants watered each day for three years. */
    public static final int MOST = 10_000;

    private final Jdbi jdbi;

    Notes(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Keeps a note.
     *
     * @throws AccountException when the user has no such board, neither added nor heard of, or {@link #MOST} notes; of several
     *     adds at once none goes beyond
     * @throws org.plantbuddy.topic.InvalidNameException when a name breaks its pattern
     */
    public Note add(String user, String device, Note.Kind kind, String text, Instant at) {
        Names.requireUser(user);
        Names.requireDevice(device);
        Note note = new Note(
                Tokens.random().substring(Tokens.PREFIX.length(), Tokens.PREFIX.length() + 22),
                user,
                device,
                kind,
                text,
                Instant.ofEpochMilli(at.toEpochMilli()));
        jdbi.useTransaction(handle -> {
            if (!Users.hold(handle, user)) {
                throw Users.unknown(user);
            }
            int added = handle.createUpdate("INSERT INTO notes (id, user_name, device_name, kind, text, noted_at)"
                            + " SELECT :id, u.name, :device, :kind, :text, :at FROM users u WHERE u.name = :user"
                            + " AND (EXISTS (SELECT 1 FROM devices d WHERE d.user_name = :user AND d.name = :device)"
                            + " OR EXISTS (SELECT 1 FROM sensors s WHERE s.user_name = :user"
                            + " AND s.device_name = :device))"
                            + " AND (SELECT COUNT(*) FROM notes WHERE user_name = :user) < :most")
                    .bind("id", note.id())
                    .bind("user", user)
                    .bind("device", device)
                    .bind("kind", kind.text())
                    .bind("text", text)
                    .bind("at", note.at().toEpochMilli())
                    .bind("most", MOST)
                    .execute();
            if (added == 0) {
                throw new AccountException(
                        "board '" + device + "' is not known, or there are " + MOST + " notes already");
            }
        });
        return note;
    }

    /**
     * Takes one of a user's notes back.
     *
     * @return its board; empty when there is no such note
     */
    public Optional<String> remove(String user, String id) {
        return jdbi.inTransaction(handle -> {
            Optional<String> device = handle.createQuery(
                            "SELECT device_name FROM notes WHERE user_name = :user AND id = :id")
                    .bind("user", user)
                    .bind("id", id)
                    .mapTo(String.class)
                    .findOne();
            handle.createUpdate("DELETE FROM notes WHERE user_name = :user AND id = :id")
                    .bind("user", user)
                    .bind("id", id)
                    .execute();
            return device;
        });
    }

    /**
     * Some of a user's, the newest first.
     *
     * @param page times in ms
     * @param device empty: of all boards
     * @param from of the oldest
     * @param to of the newest
     */
    public List<Note> list(String user, Page page, Optional<String> device, Instant from, Instant to) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM notes WHERE user_name = :user"
                        + " AND (:device = '' OR device_name = :device) AND noted_at >= :from AND noted_at <= :to"
                        + " AND (noted_at < :time OR (noted_at = :time AND id > :id))"
                        + " ORDER BY noted_at DESC, id LIMIT :limit")
                .bind("user", user)
                .bind("device", device.orElse(""))
                .bind("from", from.toEpochMilli())
                .bind("to", to.toEpochMilli())
                .bind("time", page.time())
                .bind("id", page.id())
                .bind("limit", page.limit())
                .map((row, context) -> note(row))
                .list());
    }

    private static Note note(ResultSet row) throws SQLException {
        return new Note(
                row.getString("id"),
                row.getString("user_name"),
                row.getString("device_name"),
                Note.Kind.of(row.getString("kind")).orElse(Note.Kind.NOTE),
                row.getString("text"),
                Instant.ofEpochMilli(row.getLong("noted_at")));
    }
}
