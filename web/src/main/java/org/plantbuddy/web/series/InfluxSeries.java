package org.plantbuddy.web.series;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.flux.LineQuery;
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
    private static final Duration LONGEST_OF_READINGS = Duration.ofHours(6);
    private static final int MOST_READINGS = 600;
    private static final Duration PAST_HOLDS = Duration.ofMinutes(10);
    private static final double WINDOW_SECONDS = LineQuery.WINDOW.toSeconds();

    private final Influx patient;
    private final Influx prompt;
    private final Duration rawKept;
    private final Clock clock;

    /**
     * @param patient for what may take seconds
     * @param prompt for what is quick, or not told now
     * @param rawKept how long InfluxDB keeps readings
     */
    public InfluxSeries(Influx patient, Influx prompt, Duration rawKept, Clock clock) {
        this.patient = patient;
        this.prompt = prompt;
        this.rawKept = rawKept;
        this.clock = clock;
    }

    @Override
    public Lines lines(Asked asked, Optional<Lines> before) {
        Instant now = clock.instant();
        Instant from = asked.span().start(now);
        Instant until = asked.span().end(now);
        Duration length = Duration.between(from, until);
        // InfluxDB's clock may be ahead, and what is ahead of it it leaves out.
        Instant stop = asked.span().until().isPresent() ? until : until.plusSeconds(10);
        LineQuery query = new LineQuery(asked.user(), asked.devices(), asked.sensors(), from, stop, Duration.ZERO);
        if (length.compareTo(LONGEST_OF_READINGS) <= 0 && from.isAfter(now.minus(rawKept))) {
            return readings(query, Span.step(length), now);
        }
        Duration step = longer(Span.step(length), LineQuery.WINDOW);
        return windows(query.from(Span.floor(from, step)).in(step), before, now);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Lines readings(LineQuery query, Duration step, Instant now) {
        Answer answer = new Answer();
        ask(FluxScript.readings(query), answer);
        Duration shown = Duration.ZERO;
        if (answer.lines.values().stream().anyMatch(line -> line.readings() > MOST_READINGS)) {
            answer = new Answer();
            shown = step.compareTo(LineQuery.WINDOW) < 0 ? step : LineQuery.WINDOW;
            ask(FluxScript.readings(query.from(Span.floor(query.start(), shown)).in(shown)), answer);
        }
        return answer.lines(query.in(shown), now, now);
    }

    /** The past is asked for again when readings came late, and now and then: somebody may have deleted some, or imported. */
    private Lines windows(LineQuery query, Optional<Lines> before, Instant now) {
        Optional<Lines> past = before.filter(lines -> lines.step().equals(query.step())
                && !lines.from().isAfter(query.start())
                && lines.settled().isAfter(query.start())
                && lines.read().isAfter(now.minus(PAST_HOLDS)));
        if (past.isPresent()) {
            Lines lines = past.get();
            if (!lines.settled().isBefore(query.stop())) {
                return lines;
            }
            Answer answer = new Answer();
            lines.series()
                    .forEach(line -> answer.line(line.device(), line.sensor())
                            .take(line, (double) query.start().getEpochSecond(), (double)
                                    lines.settled().getEpochSecond()));
            ask(FluxScript.graph(query.from(lines.settled())), answer);
            if (!answer.settled.isBefore(lines.settled())) {
                return answer.lines(query, lines.read(), now);
            }
        }
        Answer answer = new Answer();
        ask(FluxScript.graph(query), answer);
        return answer.lines(query, now, now);
    }

    private void ask(FluxScript script, Answer answer) {
        try {
            prompt.columns(script.text(), Answer.COLUMNS, answer::take);
        } catch (InfluxUnavailableException e) {
            throw unavailable(script, e);
        }
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
            throw unavailable(script, e);
        }
    }

    private static ReadingsUnavailableException unavailable(FluxScript script, InfluxUnavailableException e) {
        return new ReadingsUnavailableException(
                "InfluxDB did not answer " + script.name() + ".flux: " + e.getMessage(), e);
    }

    private static final class Answer {

        static final List<String> COLUMNS = List.of("result", "_time", "_value", "_field", "_measurement", "device_id");

        private final Map<String, LineBuilder> lines = new TreeMap<>();
        private Instant settled = Instant.EPOCH;
        private String sensorBefore = "";
        private String deviceBefore = "";
        private @Nullable LineBuilder lineBefore;

        LineBuilder line(String device, String sensor) {
            return lines.computeIfAbsent(sensor + ' ' + device, key -> new LineBuilder(device, sensor));
        }

        void take(String[] row) {
            if (row[0].equals("settled")) {
                settled = Instant.parse(row[1]);
            } else {
                lineOf(row[5], row[4]).take(row[0], row[3], Rfc3339.seconds(row[1]), row[2]);
            }
        }

        /** Rows of one line follow one another. */
        private LineBuilder lineOf(String device, String sensor) {
            LineBuilder line = lineBefore;
            if (line == null || !device.equals(deviceBefore) || !sensor.equals(sensorBefore)) {
                line = line(device, sensor);
                lineBefore = line;
                deviceBefore = device;
                sensorBefore = sensor;
            }
            return line;
        }

        Lines lines(LineQuery query, Instant read, Instant now) {
            List<Series> series = lines.values().stream()
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.series(query.step()))
                    .toList();
            Instant end = query.stop().isBefore(now) ? query.stop() : now;
            return new Lines(
                    query.start(),
                    end,
                    query.step(),
                    series,
                    read,
                    query.step().isZero() ? Instant.EPOCH : Span.floor(settled, query.step()));
        }
    }
}
