package org.plantbuddy.accounts;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/** Which series there are. Thread-safe. */
public final class Sensors {

    private final Jdbi jdbi;
    private final Clock clock;

    Sensors(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Makes a series known. One that is known, or that nothing can be added for, is only looked up: who asks for such again and
     * again keeps nobody else from writing.
     *
     * @return whether it may be written: false when the user is unknown, or the board uses
     *     {@link Names#MAX_SENSORS_PER_DEVICE} others already
     */
    public boolean admit(SeriesName series) {
        return decided(series).orElseGet(() -> add(series));
    }

    /** Empty where there is something to add. */
    private Optional<Boolean> decided(SeriesName series) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT"
                        + " (SELECT COUNT(*) FROM sensors WHERE user_name = :user AND device_name = :device"
                        + " AND name = :sensor) AS known,"
                        + " (SELECT COUNT(*) FROM sensors WHERE user_name = :user AND device_name = :device) AS used,"
                        + " (SELECT COUNT(*) FROM users WHERE name = :user) AS users")
                .bind("user", series.user())
                .bind("device", series.device())
                .bind("sensor", series.sensor())
                .map((row, context) -> {
                    if (row.getInt("known") > 0) {
                        return Optional.of(true);
                    }
                    return row.getInt("users") == 0 || row.getInt("used") >= Names.MAX_SENSORS_PER_DEVICE
                            ? Optional.of(false)
                            : Optional.<Boolean>empty();
                })
                .one());
    }

    private boolean add(SeriesName series) {
        return jdbi.inTransaction(handle -> {
            if (!Users.hold(handle, series.user())) {
                return false;
            }
            handle.createUpdate("INSERT INTO sensors (user_name, device_name, name, first_seen)"
                            + " SELECT u.name, :device, :sensor, :now FROM users u WHERE u.name = :user"
                            + " AND (SELECT COUNT(*) FROM sensors s WHERE s.user_name = :user"
                            + " AND s.device_name = :device) < :most"
                            + " ON CONFLICT DO NOTHING")
                    .bind("user", series.user())
                    .bind("device", series.device())
                    .bind("sensor", series.sensor())
                    .bind("now", clock.millis())
                    .bind("most", Names.MAX_SENSORS_PER_DEVICE)
                    .execute();
            return handle.createQuery("SELECT COUNT(*) FROM sensors WHERE user_name = :user"
                                    + " AND device_name = :device AND name = :sensor")
                            .bind("user", series.user())
                            .bind("device", series.device())
                            .bind("sensor", series.sensor())
                            .mapTo(Integer.class)
                            .one()
                    > 0;
        });
    }

    /** All series of a user, sorted by board and sensor. */
    public List<SeriesName> list(String user) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT device_name, name FROM sensors WHERE user_name = :user ORDER BY device_name, name")
                .bind("user", user)
                .map((row, context) -> new SeriesName(user, row.getString("device_name"), row.getString("name")))
                .list());
    }
}
