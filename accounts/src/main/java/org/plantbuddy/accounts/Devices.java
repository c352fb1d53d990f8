package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
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
        return add(user, device, UnaryOperator.identity(), most);
    }

    /** The same of a board that is described at once; one that was there before keeps what is not changed. */
    public DeviceCredentials add(String user, String device, UnaryOperator<Description> change, int most) {
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
                            + " created_at = excluded.created_at, archived_at = NULL"
                            + " WHERE devices.token_hash IS NULL")
                    .bind("user", user)
                    .bind("device", device)
                    .bind("hash", Tokens.hash(token))
                    .bind("now", clock.millis())
                    .execute();
            if (given > 0) {
                forgetStatus(handle, user, device); // written by a bridge just when the board was revoked
                forgetDenials(handle, user, device); // most were of its old password
                describe(handle, user, device, change);
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

    /**
     * Changes what the owner says of a board; what it was before is what the change is made from.
     *
     * @return as it is now
     * @throws AccountException when there is no such board, or one to be archived has a token
     * @throws org.plantbuddy.topic.InvalidNameException when a name breaks its pattern
     */
    public Description describe(String user, String device, UnaryOperator<Description> change) {
        Names.requireUser(user);
        Names.requireDevice(device);
        return jdbi.inTransaction(handle -> {
            Description now = describe(handle, user, device, change);
            Audit.write(handle, clock, actor, AuditAction.DEVICE_DESCRIBE, user, device);
            return now;
        });
    }

    private Description describe(Handle handle, String user, String device, UnaryOperator<Description> change) {
        Device board = of(handle, user, "AND d.name = :device", Map.of("device", device)).stream()
                .findFirst()
                .orElseThrow(() -> new AccountException(
                        "there is no board '" + user + "/" + device + "'; see: plantbuddy device list " + user));
        Description asked = change.apply(board.description());
        if (asked.archived() && board.active()) {
            throw new AccountException("board '" + user + "/" + device + "' can sign in; before it is archived, run:"
                    + " plantbuddy device revoke " + user + " " + device);
        }
        handle.createUpdate("UPDATE devices SET own_name = :name, place = :place,"
                        + " archived_at = CASE WHEN :archived THEN COALESCE(archived_at, :now) END"
                        + " WHERE user_name = :user AND name = :device")
                .bind("name", asked.name())
                .bind("place", asked.place())
                .bind("archived", asked.archived())
                .bind("now", clock.millis())
                .bind("user", user)
                .bind("device", device)
                .execute();
        return asked;
    }

    /**
     * Makes boards known that were the user's elsewhere, without passwords. Of those that are known already, what the owner says
     * stays; what they say nothing of is taken from here.
     *
     * @param boards by their addresses
     * @return how many were not known
     */
    public int remember(String user, Map<String, Description> boards) {
        return jdbi.inTransaction(handle -> boards.entrySet().stream()
                .mapToInt(board -> remember(handle, user, board.getKey(), board.getValue()))
                .sum());
    }

    private int remember(Handle handle, String user, String device, Description described) {
        int made = handle.createUpdate("INSERT INTO devices (user_name, name, created_at)"
                        + " SELECT name, :device, :now FROM users WHERE name = :user ON CONFLICT DO NOTHING")
                .bind("device", Names.requireDevice(device))
                .bind("now", clock.millis())
                .bind("user", user)
                .execute();
        handle.createUpdate("UPDATE devices SET own_name = COALESCE(own_name, :name), place = COALESCE(place, :place),"
                        + " archived_at = CASE WHEN :archived THEN :now ELSE archived_at END"
                        + " WHERE user_name = :user AND name = :device")
                .bind("name", described.name())
                .bind("place", described.place())
                .bind("archived", described.archived() && made > 0)
                .bind("now", clock.millis())
                .bind("user", user)
                .bind("device", device)
                .execute();
        if (made > 0) {
            Audit.write(handle, clock, actor, AuditAction.DEVICE_DESCRIBE, user, device);
        }
        return made;
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

    /** The boards of one user, sorted by address, the archived ones among them. */
    public List<Device> list(String user) {
        return jdbi.withHandle(handle -> of(handle, user, "", Map.of()));
    }

    private static List<Device> of(Handle handle, String user, String which, Map<String, String> bound) {
        return handle.createQuery("SELECT d.name, d.own_name, d.place, d.archived_at IS NOT NULL AS archived,"
                        + " d.token_hash IS NOT NULL AS active, s.status, s.since, s.last_known FROM devices d"
                        + " LEFT JOIN board_statuses s ON s.user_name = d.user_name AND s.device_name = d.name"
                        + " AND d.token_hash IS NOT NULL"
                        + " WHERE d.user_name = :user " + which + " ORDER BY d.name")
                .bind("user", user)
                .bindMap(bound)
                .map((row, context) -> device(user, row))
                .list();
    }

    private static Device device(String user, ResultSet row) throws SQLException {
        @Nullable String word = row.getString("status");
        Optional<BoardState> state = Optional.ofNullable(word).flatMap(BoardState::of);
        Instant since = Instant.ofEpochMilli(row.getLong("since"));
        Instant lastKnown = Instant.ofEpochMilli(row.getLong("last_known"));
        return new Device(
                user,
                row.getString("name"),
                new Description(
                        Optional.ofNullable(row.getString("own_name")),
                        Optional.ofNullable(row.getString("place")),
                        row.getBoolean("archived")),
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
