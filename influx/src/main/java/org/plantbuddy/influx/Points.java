package org.plantbuddy.influx;

import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import java.time.Instant;
import java.util.Map;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.SeriesName;

/** Points as text, in line protocol. Names of readings have passed patterns that leave nothing to escape. */
public final class Points {

    private Points() {}

    /** The value always looks like a float, so that a board that sends 36 and one that sends 21.5 do not conflict. */
    public static String reading(SeriesName series, double value, long timeNs) {
        return of(series, "reading=" + value, timeNs);
    }

    /** A point of a series, with fields that are line protocol already. */
    public static String of(SeriesName series, String fields, long timeNs) {
        return series.sensor() + ",device_id=" + series.device() + ",user=" + series.user() + " " + fields + " "
                + timeNs;
    }

    /** Any point, with its names and texts escaped. */
    public static String of(String measurement, Map<String, String> tags, Map<String, Object> fields, Instant time) {
        return Point.measurement(measurement)
                .addTags(tags)
                .addFields(fields)
                .time(time, WritePrecision.NS)
                .toLineProtocol();
    }

    /**
     * A late mark, for bucket {@link Bucket#SETTINGS}: tells {@code check.flux} that it may have looked past readings of a
     * board, and {@code downsample.flux} that there are new ones in windows that it may have computed already.
     *
     * @param marker who marks
     * @param fromNs of the oldest of the readings
     * @param untilNs after the newest of them
     * @param now after they were stored: the tasks look for marks by it
     */
    public static String lateMark(String marker, String user, String device, long fromNs, long untilNs, Instant now) {
        return "late,bridge=" + marker + ",device_id=" + device + ",user=" + user + " from=" + fromNs + "i,until="
                + untilNs + "i " + EpochNs.of(now);
    }
}
