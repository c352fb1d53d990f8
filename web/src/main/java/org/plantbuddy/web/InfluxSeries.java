package org.plantbuddy.web;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.exceptions.InfluxException;
import com.influxdb.query.FluxRecord;
import com.influxdb.query.FluxTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.plantbuddy.flux.FluxScript;

/** Readings from InfluxDB. Lives as long as the client given to it, which its owner closes. */
final class InfluxSeries implements SeriesSource {

    private static final String PROBE = "from(bucket: \"plantbuddy\") |> range(start: -1s) |> limit(n: 1)";
    private static final Duration WINDOW = Duration.ofDays(2);
    private static final double NANOS = 1e9;

    /** A board may send many readings a second; a line of 48 hours does not show them, but the page would carry them. */
    private static final double CLOSEST = 15;

    private final InfluxDBClient client;

    InfluxSeries(InfluxDBClient client) {
        this.client = client;
    }

    @Override
    public List<Series> last48Hours(String user) {
        Map<String, Line> lines = new TreeMap<>();
        for (FluxTable table : query(FluxScript.graph(user, WINDOW).text())) {
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
            List<Double> times = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            points.forEach((time, value) -> {
                int last = times.size() - 1;
                boolean near = last > 0 && time - times.get(last - 1) < CLOSEST;
                if (near) {
                    times.set(last, time);
                    values.set(last, rounded(value));
                } else {
                    times.add(time);
                    values.add(rounded(value));
                }
            });
            return new Series(device, sensor, times, values);
        }
    }

    /** A mean has more digits than any sensor; six of them tell all and travel lighter. */
    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.6g", value));
    }
}
