package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.boards.BoardState;
import org.plantbuddy.topic.Names;

/** The boards of all users and their tokens. Thread-safe. */
public final class Devices {

    /** A user may add so many; boards cost memory in InfluxDB, and those revoked stay known. The operator can add more. */
    public static final int MOST_BY_USER = 100;

    private final Jdbi jdbi;
    private final Clock clock;
    private final Actor actor;

    Devices(Jdbi jdbi, Clock clock, Actor actor) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Adds a board, or gives one whose token was revoked a new one.
     *
     * @throws AccountException when there is no such user or the board has a token
     * @throws org.plantbuddy.topic.InvalidNameException when a name breaks its pattern
     */
    public DeviceCredentials add(String user, String device) {
        return add(user, device, Integer.MAX_VALUE);
    }

    /**
     * The same for a user who may have so many boards, those revoked among them; also of several adds at once none goes
     * beyond.
     *
     * @throws TooManyBoardsException when the board would be one too many
     */
    public DeviceCredentials add(String user, String device, int most) {
        Names.requireUser(user);
        Names.requireDevice(device);
        String token = Tokens.random();
        int added = jdbi.inTransaction(handle -> {
            if (!Users.hold(handle, user)) {
                throw Users.unknown(user);
            }
            int others = handle.createQuery("SELECT COUNT(*) FROM devices WHERE user_name = :user AND name <> :device")
                    .bind("user", user)
                    .bind("device", device)
                    .mapTo(Integer.class)
                    .one();
            if (others >= most) {
                throw new TooManyBoardsException(device, others, most);
            }
            int given = handle.createUpdate("INSERT INTO devices (user_name, name, token_hash, created_at)"
                            + " VALUES (:user, :device, :hash, :now)"
                            + " ON CONFLICT (user_name, name) DO UPDATE SET token_hash = excluded.token_hash,"
                            + " created_at = excluded.created_at"
                            + " WHERE devices.token_hash IS NULL")
                    .bind("user", user)
                    .bind("device", device)
                    .bind("hash", Tokens.hash(token))
                    .bind("now", clock.millis())
                    .execute();
            if (given > 0) {
                forgetStatus(handle, user, device); // written by a bridge just when the board was revoked
                forgetDenials(handle, user, device); // most were of its old password
                Audit.write(handle, clock, actor, AuditAction.DEVICE_ADD, user, device);
            }
            return given;
        });
        if (added == 0) {
            throw new AccountException("board '" + user + "/" + device + "' exists already; for a new token run:"
                    + " plantbuddy device revoke " + user + " " + device + ", then add it again");
        }
        return new DeviceCredentials(user + "/" + device, token);
    }

    /** Whether this is the board's token and not revoked. */
    public boolean authenticate(String user, String device, String token) {
        Optional<String> hash = jdbi.withHandle(
                handle -> handle.createQuery("SELECT token_hash FROM devices WHERE user_name = :user AND name = :device"
                                + " AND token_hash IS NOT NULL")
                        .bind("user", user)
                        .bind("device", device)
                        .mapTo(String.class)
                        .findOne());
        return hash.map(stored -> Tokens.matches(token, stored)).orElse(false);
    }

    /**
     * Takes a board's token away. The board stays known, and its readings stay; what it said of itself is forgotten.
     *
     * @throws AccountException when there is no such board or it has no token
     * @throws org.plantbuddy.topic.InvalidNameException when a name breaks its pattern
     */
    public void revoke(String user, String device) {
        Names.requireUser(user);
        Names.requireDevice(device);
        int revoked = jdbi.inTransaction(handle -> {
            forgetStatus(handle, user, device);
            int taken = handle.createUpdate("UPDATE devices SET token_hash = NULL WHERE user_name = :user"
                            + " AND name = :device AND token_hash IS NOT NULL")
                    .bind("user", user)
                    .bind("device", device)
                    .execute();
            if (taken > 0) {
                Audit.write(handle, clock, actor, AuditAction.DEVICE_REVOKE, user, device);
            }
            return taken;
        });
        if (revoked == 0) {
            throw new AccountException("there is no board '" + user + "/" + device
                    + "' with a token; see: plantbuddy device list " + user);
        }
    }

    /** When the board was added, last; empty where it has no token. */
    public Optional<Instant> addedAt(String user, String device) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT created_at FROM devices WHERE user_name = :user AND name = :device"
                                + " AND token_hash IS NOT NULL")
                        .bind("user", user)
                        .bind("device", device)
                        .mapTo(Long.class)
                        .findOne()
                        .map(Instant::ofEpochMilli));
    }

    /** Whether the board was ever added, revoked or not. */
    public boolean exists(String user, String device) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT COUNT(*) FROM devices WHERE user_name = :user AND name = :device")
                                .bind("user", user)
                                .bind("device", device)
                                .mapTo(Integer.class)
                                .one()
                        > 0);
    }

    /** The boards of one user, sorted by name. */
    public List<Device> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT d.name, d.token_hash IS NOT NULL AS active,"
                        + " s.status, s.since, s.last_known FROM devices d"
                        + " LEFT JOIN board_statuses s ON s.user_name = d.user_name AND s.device_name = d.name"
                        + " AND d.token_hash IS NOT NULL"
                        + " WHERE d.user_name = :user ORDER BY d.name")
                .bind("user", user)
                .map((row, context) -> device(user, row))
                .list());
    }

    private static Device device(String user, ResultSet row) throws SQLException {
        @Nullable String word = row.getString("status");
        Optional<BoardState> state = Optional.ofNullable(word).flatMap(BoardState::of);
        Instant since = Instant.ofEpochMilli(row.getLong("since"));
        Instant lastKnown = Instant.ofEpochMilli(row.getLong("last_known"));
        return new Device(
                user,
                row.getString("name"),
                row.getBoolean("active"),
                state.map(known -> new BoardStatus(known, since, lastKnown)));
    }

    private static void forgetStatus(Handle handle, String user, String device) {
        handle.createUpdate("DELETE FROM board_statuses WHERE user_name = :user AND device_name = :device")
                .bind("user", user)
                .bind("device", device)
                .execute();
    }

    private static void forgetDenials(Handle handle, String user, String device) {
        handle.createUpdate("DELETE FROM denials WHERE user_name = :user AND device_name = :device")
                .bind("user", user)
                .bind("device", device)
                .execute();
    }
}
