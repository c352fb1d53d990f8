package org.plantbuddy.flux;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page's graph of 30 days beside the same range from raw readings: one board of five sensors, a reading each 10 s for
 * 29 days. Run by {@code bench/graph}, not by the build: its name ends as no test's does.
 */
class GraphBench {

    private static final List<String> SENSORS = List.of("light", "soil_moisture", "humidity", "soil_temp", "air_temp");
    private static final Duration WINDOW = Duration.ofDays(30);
    private static final int PAIRS = 5;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final Instant first = now.minus(Duration.ofDays(29));

    @Test
    void graph(@TempDir Path folder) throws IOException {
        try (RealInflux influx = RealInflux.start(folder)) {
            readings(influx);
            influx.run(FluxScript.downsample(), now.plusSeconds(30));
            String raw = """
                from(bucket: "plantbuddy")
                    |> range(start: -30d)
                    |> filter(fn: (r) => r._field == "reading")
                    |> filter(fn: (r) => r.user == "rick")
                """;
            String kept = "|> keep(columns: [\"_time\", \"_value\", \"_measurement\", \"device_id\"])";
            double[] graph = new double[PAIRS];
            double[] means = new double[PAIRS];
            double[] all = new double[PAIRS];
            for (int pair = -1; pair < PAIRS; pair++) {
                double[] seconds = {
                    time(influx, FluxScript.graph(graph()).text()),
                    time(influx, raw + "|> aggregateWindow(every: 10m, fn: mean, createEmpty: false)" + kept),
                    time(influx, raw + kept)
                };
                if (pair >= 0) {
                    graph[pair] = seconds[0];
                    means[pair] = seconds[1];
                    all[pair] = seconds[2];
                }
            }
            print("graph.flux", graph, graph);
            print("raw readings, means of 10 min", means, graph);
            print("raw readings, all", all, graph);
        }
    }

    private LineQuery graph() {
        return new LineQuery("rick", Set.of(), Set.of(), now.minus(WINDOW), now, LineQuery.WINDOW);
    }

    private void readings(RealInflux influx) {
        Random random = new Random(29);
        for (Instant day = first; day.isBefore(now); day = day.plus(Duration.ofDays(1))) {
            List<String> lines = new ArrayList<>();
            for (int second = 0; second < 86_400; second += 10) {
                for (String sensor : SENSORS) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "%s,user=rick,device_id=01 reading=%.2f %d",
                            sensor,
                            random.nextDouble() * 100,
                            RealInflux.nanos(day.plusSeconds(second))));
                }
            }
            influx.write("plantbuddy", lines);
        }
    }

    private double time(RealInflux influx, String flux) {
        long start = System.nanoTime();
        int rows = influx.run(flux, now).size();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (rows < 4000 * SENSORS.size()) {
            throw new IllegalStateException("only " + rows + " rows, not 29 days of them");
        }
        return seconds;
    }

    private static void print(String what, double[] seconds, double[] graph) {
        System.out.printf(
                Locale.ROOT,
                "bench graph %s: median of %d %.3f s, graph.flux takes %.2f of it%n",
                what,
                PAIRS,
                median(seconds),
                median(graph) / median(seconds));
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }
}
