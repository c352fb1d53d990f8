package org.plantbuddy.web.series;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.Newest;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Row;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

/** Readings from InfluxDB. Lives as long as the clients given to it, which their owner closes. */
public final class InfluxSeries implements SeriesSource {

    private static final String PROBE = "from(bucket: \"plantbuddy\") |> range(start: -1s) |> limit(n: 1)";
    private static final String RESULT = "result";
    private static final Duration LENGTH = Duration.ofDays(2);
    private static final double NANOS = 1e9;
    private static final double WINDOW_SECONDS = 600;

    /** A board may send many readings a second; a line of 48 hours does not show them, but the page would carry them. */
    private static final double CLOSEST = 15;

    private final Influx patient;
    private final Influx prompt;

    /**
     * @param patient for what may take seconds
     * @param prompt for what is quick, or not told now
     */
    public InfluxSeries(Influx patient, Influx prompt) {
        this.patient = patient;
        this.prompt = prompt;
    }

    @Override
    public List<Series> last48Hours(String user) {
        Map<String, Line> lines = new TreeMap<>();
        for (Row row : query(patient, FluxScript.graph(user, LENGTH))) {
            if (row.value() instanceof Double value) {
                String sensor = row.measurement();
                String device = row.text("device_id");
                lines.computeIfAbsent(sensor + ' ' + device, key -> new Line(device, sensor))
                        .take(row.text(RESULT), row.time(), value);
            }
        }
        return lines.values().stream()
                .filter(line -> !line.points.isEmpty())
                .map(Line::series)
                .toList();
    }

    @Override
    public Newest newest(String user) {
        return Newest.of(user, query(prompt, FluxScript.newest(user)));
    }

    @Override
    public Map<SeriesName, Duration> usual(String user) {
        Map<SeriesName, Double> gaps = new HashMap<>();
        Map<SeriesName, Double> counts = new HashMap<>();
        for (Row row : query(prompt, FluxScript.usual(user))) {
            String device = row.text("device_id");
            String sensor = row.measurement();
            if (row.value() instanceof Double value && Names.isDevice(device) && Names.isSensor(sensor)) {
                (row.text(RESULT).equals("gap") ? gaps : counts).put(new SeriesName(user, device, sensor), value);
            }
        }
        Map<SeriesName, Duration> usual = new HashMap<>();
        gaps.forEach((series, gap) -> {
            // Readings closer together than windows are told by how many a window has.
            double seconds =
                    gap > WINDOW_SECONDS ? gap : WINDOW_SECONDS / Math.max(1, counts.getOrDefault(series, 1.0));
            usual.put(series, Duration.ofMillis((long) (seconds * 1000)));
        });
        return usual;
    }

    @Override
    public boolean answers() {
        try {
            patient.query(PROBE);
            return true;
        } catch (InfluxUnavailableException e) {
            return false;
        }
    }

    private static List<Row> query(Influx client, FluxScript script) {
        try {
            return client.query(script.text());
        } catch (InfluxUnavailableException e) {
            throw new ReadingsUnavailableException(
                    "InfluxDB did not answer " + script.name() + ".flux: " + e.getMessage(), e);
        }
    }

    private static final class Line {

        private final String device;
        private final String sensor;
        private final TreeMap<Double, Double> means = new TreeMap<>();
        private final TreeMap<Double, Double> points = new TreeMap<>();
        private int decimals;
        private double lowest = Double.POSITIVE_INFINITY;
        private double highest = Double.NEGATIVE_INFINITY;

        Line(String device, String sensor) {
            this.device = device;
            this.sensor = sensor;
        }

        void take(String result, @Nullable Instant time, double value) {
            lowest = Math.min(lowest, value);
            highest = Math.max(highest, value);
            boolean mean = result.equals("means");
            if (!mean) {
                decimals = Math.max(
                        decimals, BigDecimal.valueOf(value).stripTrailingZeros().scale());
            }
            if ((mean || result.equals("readings")) && time != null) {
                (mean ? means : points).put(time.getEpochSecond() + time.getNano() / NANOS, value);
            }
        }

        Series series() {
            List<Double> times = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            // A mean has one digit more than the readings it is of: others are no sensor's.
            means.forEach((time, mean) -> points.put(
                    time,
                    BigDecimal.valueOf(mean)
                            .setScale(decimals + 1, RoundingMode.HALF_UP)
                            .doubleValue()));
            points.forEach((time, value) -> {
                int last = times.size() - 1;
                boolean near = last > 0 && time - times.get(last - 1) < CLOSEST;
                if (near) {
                    times.set(last, time);
                    values.set(last, value);
                } else {
                    times.add(time);
                    values.add(value);
                }
            });
            return new Series(device, sensor, times, values, lowest, highest);
        }
    }
}
