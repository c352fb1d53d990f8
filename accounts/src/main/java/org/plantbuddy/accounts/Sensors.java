package org.plantbuddy.accounts;

import java.time.Clock;
import java.util.List;
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
     * Makes a series known.
     *
     * @return whether it may be written: false when the user is unknown, or the board uses
     *     {@link Names#MAX_SENSORS_PER_DEVICE} others already
     */
    public boolean admit(SeriesName series) {
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
