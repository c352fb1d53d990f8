package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.topic.Names;

/** Which alerts their users are not told of now; {@link Alerts#store} asks. Thread-safe. */
public final class Mutes {

    private final Jdbi jdbi;
    private final Clock clock;
    private final Actor actor;

    Mutes(Jdbi jdbi, Clock clock, Actor actor) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Mutes, in the place of an earlier mute of the same board and sensor.
     *
     * @throws AccountException when the user has no such board, or it has never sent such a reading: so there can be no
     *     more mutes than series
     */
    public void set(Mute mute) {
        jdbi.useTransaction(handle -> {
            int set = handle.createUpdate("INSERT INTO mutes (user_name, device_name, sensor, ends_at)"
                            + " SELECT u.name, :device, :sensor, :until FROM users u WHERE u.name = :user"
                            + " AND (EXISTS (SELECT 1 FROM sensors s WHERE s.user_name = :user"
                            + " AND s.device_name = :device AND (s.name = :sensor OR :sensor IN (:all, :status)))"
                            + " OR (:sensor IN (:all, :status) AND EXISTS (SELECT 1 FROM devices d"
                            + " WHERE d.user_name = :user AND d.name = :device)))"
                            + " ON CONFLICT (user_name, device_name, sensor) DO UPDATE SET ends_at = excluded.ends_at")
                    .bind("user", mute.user())
                    .bind("device", mute.device())
                    .bind("sensor", mute.sensor())
                    .bind("until", mute.until().map(Instant::toEpochMilli).orElse(null))
                    .bind("all", Mute.ALL)
                    .bind("status", Names.STATUS)
                    .execute();
            if (set == 0) {
                throw new AccountException("board '" + mute.device() + "' of " + mute.user()
                        + " is not known, or has never sent '" + mute.sensor() + "': there is nothing to mute");
            }
            String until = mute.until().map(end -> "until " + end).orElse("for good");
            write(handle, AuditAction.MUTE_SET, mute.user(), mute.device(), mute.sensor() + " " + until);
        });
    }

    /**
     * Takes a mute back.
     *
     * @return whether there was one that had not ended
     */
    public boolean remove(String user, String device, String sensor) {
        return jdbi.inTransaction(handle -> {
            boolean removed = handle.createUpdate("DELETE FROM mutes WHERE user_name = :user"
                                    + " AND device_name = :device AND sensor = :sensor"
                                    + " AND (ends_at IS NULL OR ends_at > :now)")
                            .bind("user", user)
                            .bind("device", device)
                            .bind("sensor", sensor)
                            .bind("now", clock.millis())
                            .execute()
                    > 0;
            if (removed) {
                write(handle, AuditAction.MUTE_REMOVE, user, device, sensor);
            }
            return removed;
        });
    }

    private void write(Handle handle, AuditAction action, String user, String device, String what) {
        Audit.write(handle, clock, actor, action, user, device + "/" + what);
    }

    /** A user's that have not ended, sorted by board and sensor. */
    public List<Mute> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT device_name, sensor, ends_at FROM mutes"
                        + " WHERE user_name = :user AND (ends_at IS NULL OR ends_at > :now)"
                        + " ORDER BY device_name, sensor")
                .bind("user", user)
                .bind("now", clock.millis())
                .map((row, context) -> mute(user, row))
                .list());
    }

    private static Mute mute(String user, ResultSet row) throws SQLException {
        long endsAt = row.getLong("ends_at");
        Optional<Instant> until = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endsAt));
        return new Mute(user, row.getString("device_name"), row.getString("sensor"), until);
    }
}
