package org.plantbuddy.web;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.plantbuddy.topic.Names;

/** Readings from InfluxDB. Lives as long as the client given to it, which its owner closes. */
final class InfluxSeries implements SeriesSource {

    private static final String PROBE = "from(bucket: \"plantbuddy\") |> range(start: -1s) |> limit(n: 1)";
    private static final double NANOS = 1e9;

    private final InfluxDBClient client;
    private final String script;

    InfluxSeries(InfluxDBClient client) {
        this.client = client;
        this.script = script();
    }

    private static String script() {
        try (InputStream in = InfluxSeries.class.getResourceAsStream("series.flux")) {
            if (in == null) {
                throw new IllegalStateException("series.flux is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Series> last48Hours(String user) {
        List<FluxTable> tables = query(script.replace("{{user}}", Names.requireUser(user)));
        Map<String, Line> lines = new TreeMap<>();
        for (FluxTable table : tables) {
            for (FluxRecord point : table.getRecords()) {
                add(point, lines);
            }
        }
        return lines.values().stream().map(Line::series).toList();
    }

    private static void add(FluxRecord point, Map<String, Line> lines) {
        String sensor = String.valueOf(point.getMeasurement());
        String device = String.valueOf(point.getValueByKey("device_id"));
        Instant time = point.getTime();
        if (time == null || !(point.getValue() instanceof Number value)) {
            return;
        }
        lines.computeIfAbsent(sensor + ' ' + device, key -> new Line(device, sensor))
                .points
                .put(time.getEpochSecond() + time.getNano() / NANOS, value.doubleValue());
    }

    @Override
    public boolean answers() {
        try {
            query(PROBE);
            return true;
        } catch (ReadingsUnavailableException e) {
            return false;
        }
    }

    private List<FluxTable> query(String flux) {
        try {
            return client.getQueryApi().query(flux);
        } catch (InfluxException e) {
            throw new ReadingsUnavailableException("InfluxDB did not answer a query: " + e.getMessage(), e);
        }
    }

    private static final class Line {

        private final String device;
        private final String sensor;
        private final TreeMap<Double, Double> points = new TreeMap<>();

        Line(String device, String sensor) {
            this.device = device;
            this.sensor = sensor;
        }

        Series series() {
            return new Series(
                    device,
                    sensor,
                    new ArrayList<>(points.keySet()),
                    points.values().stream().map(InfluxSeries::rounded).toList());
        }
    }

    /** A mean has more digits than any sensor; six of them tell all and travel lighter. */
    private static double rounded(double value) {
        return Double.parseDouble(String.format(java.util.Locale.ROOT, "%.6g", value));
    }
}
