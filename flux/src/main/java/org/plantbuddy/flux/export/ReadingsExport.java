package org.plantbuddy.flux.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.LineQuery;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;

/**
 * Readings of a user, or their 10-minute means, as a text of any length: it is written as InfluxDB answers, board by board and
 * slice of time by slice, so that neither side holds more than one slice of one board.
 */
public final class ReadingsExport {

    private static final List<String> COLUMNS =
            List.of("_time", "_measurement", "reading", "reading_min", "reading_max", "reading_count");

    private static final Duration OF_READINGS = Duration.ofDays(1);
    private static final Duration OF_MEANS = Duration.ofDays(90);

    private final Influx influx;

    /** @param influx with a token that reads both buckets */
    public ReadingsExport(Influx influx) {
        this.influx = influx;
    }

    /**
     * What is wanted.
     *
     * @param means the 10-minute means rather than readings
     */
    public record Wanted(String user, List<String> devices, boolean means, Instant from, Instant to) {

        public Wanted {
            devices = List.copyOf(devices);
        }
    }

    /**
     * Writes it; the stream stays open.
     *
     * @throws org.plantbuddy.influx.InfluxUnavailableException when InfluxDB does not answer to the end
     */
    public void write(Wanted wanted, Format format, OutputStream out) throws IOException {
        out.write(format.head(wanted.means()).getBytes(StandardCharsets.UTF_8));
        try {
            for (String device : wanted.devices()) {
                write(wanted, device, format, out);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void write(Wanted wanted, String device, Format format, OutputStream out) throws IOException {
        Bucket bucket = wanted.means() ? Bucket.DOWNSAMPLED : Bucket.READINGS;
        Duration slice = wanted.means() ? OF_MEANS : OF_READINGS;
        for (Instant start = wanted.from(); start.isBefore(wanted.to()); start = start.plus(slice)) {
            Instant end = start.plus(slice);
            Instant stop = end.isBefore(wanted.to()) ? end : wanted.to();
            LineQuery query = new LineQuery(wanted.user(), Set.of(device), Set.of(), start, stop, Duration.ZERO);
            influx.columns(FluxScript.points(bucket, query).text(), COLUMNS, row -> {
                if (!row[2].isEmpty()) {
                    String line = format.line(
                            wanted.user(), device, new Format.Point(row[0], row[1], row[2], row[3], row[4], row[5]));
                    put(out, line);
                }
            });
            out.flush(); // also where there was nothing: who reads it sees that it goes on
        }
    }

    private static void put(OutputStream out, String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
