package org.plantbuddy.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;
import org.plantbuddy.reading.Level;

/** Outbox and history of alerts. Thread-safe; several bridges may share it. */
public final class Alerts {

    /** How many changes of one user are kept at least; older ones are forgotten after {@link #TOLD_AGAIN}. */
    public static final int KEPT_PER_USER = 1_000;

    /** InfluxDB may tell a change again for a day; forgotten before, it would be taken for a new one. */
    private static final Duration TOLD_AGAIN = Duration.ofDays(2);

    private final Jdbi jdbi;
    private final Clock clock;

    Alerts(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Stores an alert durably, to be published. Whether it is muted is decided now, once for all: see {@link #isMuted}.
     *
     * @return whether it is new: false for a repeat, and for a user who does not exist
     */
    public boolean store(Alert alert) {
        return jdbi.withHandle(handle -> bound(
                                alert,
                                handle.createUpdate("INSERT INTO alerts (id, user_name, device_name, sensor,"
                                        + " level, previous_level, reading, threshold, message, time_ns, status_time_ns,"
                                        + " stored_at, muted)"
                                        + " SELECT :id, name, :device, :sensor, :level, :previous, :reading, :threshold,"
                                        + " :message, :time, :statusTime, :now,"
                                        + " CASE WHEN EXISTS (SELECT 1 FROM mutes m WHERE m.user_name = :user"
                                        + " AND m.device_name = :device AND m.sensor IN (:sensor, :all)"
                                        + " AND (m.ends_at IS NULL OR m.ends_at > :now)) THEN 1 ELSE 0 END"
                                        + " FROM users WHERE name = :user"
                                        + " ON CONFLICT DO NOTHING"))
                        .bind("all", Mute.ALL)
                        .execute()
                > 0);
    }

    /**
     * Stores alerts of the past that nobody is to be told of any more, but for changes that are there already.
     *
     * @return how many
     */
    public int remember(List<Alert> some) {
        return jdbi.inTransaction(handle -> some.stream()
                .mapToInt(alert -> bound(
                                alert,
                                handle.createUpdate("INSERT INTO alerts (id, user_name, device_name, sensor, level,"
                                        + " previous_level, reading, threshold, message, time_ns, status_time_ns, stored_at,"
                                        + " published_at, muted) SELECT :id, name, :device, :sensor, :level, :previous, :reading,"
                                        + " :threshold, :message, :time, :statusTime, :now, :now, 1 FROM users WHERE name = :user"
                                        + " AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.user_name = :user"
                                        + " AND a.device_name = :device AND a.sensor = :sensor"
                                        + " AND a.status_time_ns = :statusTime) ON CONFLICT DO NOTHING"))
                        .execute())
                .sum());
    }

    /** Fills in what is stored of an alert, and when. */
    private Update bound(Alert alert, Update insert) {
        return insert.bind("id", alert.id())
                .bind("user", alert.user())
                .bind("device", alert.device())
                .bind("sensor", alert.sensor())
                .bind("level", alert.level().text())
                .bind("previous", alert.previousLevel().text())
                .bind("reading", alert.reading().isPresent() ? alert.reading().getAsDouble() : null)
                .bind("threshold", alert.threshold())
                .bind("message", alert.message())
                .bind("time", alert.timeNs())
                .bind("statusTime", alert.statusTimeNs())
                .bind("now", clock.millis());
    }

    /**
     * To be called once for a broker that has no retained messages, as after a restore: alerts in force that were published are
     * published again as that, and not told.
     */
    public void publishStatesAgain() {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE alerts SET published_at = NULL, muted = 1"
                        + " WHERE published_at IS NOT NULL AND level <> :ok"
                        + " AND NOT EXISTS (SELECT 1 FROM alerts newer WHERE newer.user_name = alerts.user_name"
                        + " AND newer.device_name = alerts.device_name AND newer.sensor = alerts.sensor"
                        + " AND newer.status_time_ns > alerts.status_time_ns)")
                .bind("ok", Level.OK.text())
                .execute());
    }

    /** Whether its user had muted such alerts when it was stored: it is shown, and not told. */
    public boolean isMuted(String id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT muted FROM alerts WHERE id = :id")
                .bind("id", id)
                .mapTo(Integer.class)
                .findOne()
                .filter(muted -> muted > 0)
                .isPresent());
    }

    /**
     * Forgets a user's oldest changes, but never what is still to be published, the newest of a series, or what may be
     * told again.
     *
     * @return how many
     */
    public int forgetOldest(String user) {
        return jdbi.withHandle(handle -> handle.createUpdate("DELETE FROM alerts WHERE user_name = :user"
                        + " AND published_at IS NOT NULL AND stored_at < :before"
                        + " AND status_time_ns < (SELECT MIN(status_time_ns) FROM (SELECT status_time_ns FROM alerts"
                        + " WHERE user_name = :user ORDER BY status_time_ns DESC LIMIT :kept) kept)"
                        + " AND EXISTS (SELECT 1 FROM alerts newer WHERE newer.user_name = alerts.user_name"
                        + " AND newer.device_name = alerts.device_name AND newer.sensor = alerts.sensor"
                        + " AND newer.status_time_ns > alerts.status_time_ns)")
                .bind("user", user)
                .bind("before", clock.millis() - TOLD_AGAIN.toMillis())
                .bind("kept", KEPT_PER_USER)
                .execute());
    }

    /** Those not yet published, the oldest change first. */
    public List<Alert> pending(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM alerts WHERE published_at IS NULL ORDER BY status_time_ns, id LIMIT :limit")
                .bind("limit", limit)
                .map(Alerts::alert)
                .list());
    }

    /**
     * Of every user the oldest change not yet published, the oldest first: what may be published next without
     * breaking a user's order, and without one user's alerts keeping another's waiting.
     */
    public List<Alert> nextOfEachUser(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM (SELECT alerts.*, ROW_NUMBER() OVER"
                        + " (PARTITION BY user_name ORDER BY status_time_ns, id) AS place"
                        + " FROM alerts WHERE published_at IS NULL) pending"
                        + " WHERE place = 1 ORDER BY status_time_ns, id LIMIT :limit")
                .bind("limit", limit)
                .map(Alerts::alert)
                .list());
    }

    /**
     * Claims alerts for one bridge. Until the lease has passed, the bridge released them or they are published, no other
     * gets them.
     *
     * @return those that this bridge has now, in the same order
     */
    public List<Alert> claim(List<Alert> some, String bridge, Duration lease) {
        long now = clock.millis();
        return jdbi.inTransaction(handle -> some.stream()
                .filter(alert -> handle.createUpdate("UPDATE alerts SET claimant = :bridge, leased_til = :until"
                                        + " WHERE id = :id AND published_at IS NULL"
                                        + " AND (claimant = :bridge OR leased_til < :now)")
                                .bind("bridge", bridge)
                                .bind("until", now + lease.toMillis())
                                .bind("id", alert.id())
                                .bind("now", now)
                                .execute()
                        > 0)
                .toList());
    }

    /** Leaves alerts that could not be published to whichever bridge is next. */
    public void release(List<Alert> some, String bridge) {
        if (some.isEmpty()) {
            return;
        }
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE alerts SET leased_til = 0 WHERE claimant = :bridge AND id IN (<ids>)")
                .bind("bridge", bridge)
                .bindList("ids", some.stream().map(Alert::id).toList())
                .execute());
    }

    /** How many are not yet published. */
    public long pendingCount() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM alerts WHERE published_at IS NULL")
                .mapTo(Long.class)
                .one());
    }

    /** Notes that the broker has acknowledged the alert. */
    public void published(String id) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE alerts SET published_at = :now WHERE id = :id")
                .bind("now", clock.millis())
                .bind("id", id)
                .execute());
    }

    /** The newest change of one series. */
    public Optional<Alert> newestOf(String user, String device, String sensor) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM alerts WHERE user_name = :user AND device_name = :device AND sensor = :sensor"
                                + " ORDER BY status_time_ns DESC, id LIMIT 1")
                .bind("user", user)
                .bind("device", device)
                .bind("sensor", sensor)
                .map(Alerts::alert)
                .findOne());
    }

    /** A user's alerts, the newest first. */
    public List<Alert> history(String user, int limit) {
        return history(user, Page.newest(limit), AlertFilter.ALL);
    }

    /** Some of them; times in ns. */
    public List<Alert> history(String user, Page page, AlertFilter filter) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM alerts WHERE user_name = :user"
                        + " AND (:device = '' OR device_name = :device) AND (:level = '' OR level = :level)"
                        + " AND status_time_ns >= :from AND status_time_ns <= :to"
                        + " AND (status_time_ns < :time OR (status_time_ns = :time AND id > :id))"
                        + " ORDER BY status_time_ns DESC, id LIMIT :limit")
                .bind("user", user)
                .bind("device", filter.device().orElse(""))
                .bind("level", filter.level().map(Level::text).orElse(""))
                .bind("from", filter.fromNs())
                .bind("to", filter.toNs())
                .bind("time", page.time())
                .bind("id", page.id())
                .bind("limit", page.limit())
                .map(Alerts::alert)
                .list());
    }

    /** What is wrong now: the newest change of each series that has not gone back to ok, the newest first. */
    public List<Alert> inForce(String user) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT a.* FROM alerts a JOIN"
                        + " (SELECT device_name, sensor, MAX(status_time_ns) AS newest FROM alerts"
                        + " WHERE user_name = :user GROUP BY device_name, sensor) n"
                        + " ON a.device_name = n.device_name AND a.sensor = n.sensor AND a.status_time_ns = n.newest"
                        + " WHERE a.user_name = :user AND a.level <> 'ok' ORDER BY a.status_time_ns DESC, a.id")
                .bind("user", user)
                .map(Alerts::alert)
                .list());
    }

    private static Alert alert(ResultSet row, StatementContext context) throws SQLException {
        double reading = row.getDouble("reading");
        boolean none = row.wasNull();
        return new Alert(
                row.getString("id"),
                row.getString("user_name"),
                row.getString("device_name"),
                row.getString("sensor"),
                Level.of(row.getString("level")).orElse(Level.UNKNOWN),
                Level.of(row.getString("previous_level")).orElse(Level.UNKNOWN),
                none ? OptionalDouble.empty() : OptionalDouble.of(reading),
                row.getString("threshold"),
                row.getString("message"),
                row.getLong("time_ns"),
                row.getLong("status_time_ns"));
    }
}
