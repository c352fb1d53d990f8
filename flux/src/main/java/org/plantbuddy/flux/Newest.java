package org.plantbuddy.flux;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.influx.Row;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/**
 * What InfluxDB has newest of one user. Immutable.
 *
 * @param readings the newest of each series of the last 30 days
 * @param checkedAt up to when the check has judged readings; empty before it has run once
 */
public record Newest(List<Reading> readings, Optional<Instant> checkedAt) {

    public static final Newest NOTHING = new Newest(List.of(), Optional.empty());

    public Newest {
        readings = List.copyOf(readings);
    }

    /** Its value is as the board sent it. */
    public record Reading(SeriesName series, Instant time, double value) {}

    /** Of InfluxDB's answer to {@link FluxScript#newest}; what somebody else wrote with names of their own is left out. */
    public static Newest of(String user, List<Row> answer) {
        List<Reading> readings = new ArrayList<>();
        Optional<Instant> checkedAt = Optional.empty();
        for (Row row : answer) {
            if (row.value() instanceof Long until) {
                checkedAt = Optional.of(Instant.ofEpochSecond(0, until));
                continue;
            }
            Instant time = row.time();
            String device = row.text("device_id");
            String sensor = row.measurement();
            if (time != null
                    && row.value() instanceof Double value
                    && Names.isDevice(device)
                    && Names.isSensor(sensor)) {
                readings.add(new Reading(new SeriesName(user, device, sensor), time, value));
            }
        }
        return new Newest(readings, checkedAt);
    }
}
