package org.plantbuddy.flux.export;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.plantbuddy.time.EpochNs;

/** As what readings are written, a line each. */
public enum Format {
    /** RFC 4180, with a line of names. */
    CSV("csv", "text/csv; charset=utf-8") {
        @Override
        String head(boolean means) {
            return "time,device,sensor,reading" + (means ? ",lowest,highest,count" : "") + "\r\n";
        }

        @Override
        String line(String user, String device, Point point) {
            String reading = point.time + "," + device + "," + point.sensor + "," + point.reading;
            return point.count.isEmpty()
                    ? reading + "\r\n"
                    : reading + "," + point.lowest + "," + point.highest + "," + point.count + "\r\n";
        }
    },
    /** A JSON object in each line. */
    NDJSON("ndjson", "application/x-ndjson") {
        @Override
        String line(String user, String device, Point point) {
            String reading = "{\"time\":\"" + point.time + "\",\"device\":\"" + device + "\",\"sensor\":\""
                    + point.sensor + "\",\"reading\":" + point.reading;
            return point.count.isEmpty()
                    ? reading + "}\n"
                    : reading + ",\"lowest\":" + point.lowest + ",\"highest\":" + point.highest + ",\"count\":"
                            + point.count + "}\n";
        }
    },
    /** InfluxDB's, as its own tools read it. */
    LINE_PROTOCOL("lp", "text/plain; charset=utf-8") {
        @Override
        String line(String user, String device, Point point) {
            String means = point.count.isEmpty()
                    ? ""
                    : ",reading_min=" + point.lowest + ",reading_max=" + point.highest + ",reading_count=" + point.count
                            + "i";
            return point.sensor + ",device_id=" + device + ",user=" + user + " reading=" + point.reading + means + " "
                    + EpochNs.of(Instant.parse(point.time)) + "\n";
        }
    };

    private final String text;
    private final String type;

    Format(String text, String type) {
        this.text = text;
        this.type = type;
    }

    /**
     * A reading, or a mean, as InfluxDB writes it. Names have passed their patterns and numbers are InfluxDB's own: nothing has
     * to be escaped anywhere.
     *
     * @param count and lowest, highest: empty of a reading
     */
    record Point(String time, String sensor, String reading, String lowest, String highest, String count) {}

    /** The format of this name, which is also how its files' names end. */
    public static Optional<Format> of(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text.equals(text))
                .findFirst();
    }

    public String text() {
        return text;
    }

    /** Its media type. */
    public String type() {
        return type;
    }

    /** What comes before the first line. */
    String head(boolean means) {
        return "";
    }

    abstract String line(String user, String device, Point point);
}
