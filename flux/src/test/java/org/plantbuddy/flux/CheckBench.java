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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a run of the check costs, beside the tutorial's over the same data. Run by {@code bench/check}, not by the build:
 * its name ends as no test's does. {@code -Dboards}, {@code -Dminutes} (of readings), {@code -Dperiod} (seconds between
 * the readings of a board) and {@code -Druns} change its size.
 */
class CheckBench {

    private static final List<String> SENSORS = List.of("light", "soil_moisture", "humidity", "soil_temp", "air_temp");
    private static final int BATCH = 20_000;

    /** What was set in the last quarter of an hour is looked at in each run: here, as usual, nothing was. */
    private static final Duration SET_BEFORE = Duration.ofDays(1);

    private final int boards = Integer.getInteger("boards", 10_000);
    private final int minutes = Integer.getInteger("minutes", 5);
    private final int period = Integer.getInteger("period", 10);
    private final int runs = Integer.getInteger("runs", 10);
    private final Instant end = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final Random random = new Random(5);

    @Test
    void check(@TempDir Path folder) throws IOException {
        try (RealInflux influx = RealInflux.start(folder)) {
            readings(influx);
            thresholds(influx);
            FluxScript check = FluxScript.check(Duration.ofSeconds(10));
            print("first run, everything new", time(influx, check.text(), end));
            double[] seconds = new double[runs];
            for (int run = 0; run < runs; run++) {
                seconds[run] = time(influx, check.text(), end.plusSeconds(run + 1L));
            }
            Arrays.sort(seconds);
            print("check, median of " + runs, seconds[runs / 2]);
            print("check, slowest", seconds[runs - 1]);
            print("tutorial's check, soil moisture", time(influx, tutorial(), end));
            print("influxd resident after the first runs, MB", influx.residentMegabytes());
            for (int run = 0; run < Integer.getInteger("more", 0); run++) {
                influx.run(check, end.plusSeconds(run % 10));
                if (run % 100 == 99) {
                    print("influxd resident after " + (run + 1) + " more, MB", influx.residentMegabytes());
                }
            }
        }
    }

    private void readings(RealInflux influx) {
        double[] base = random.doubles((long) boards * SENSORS.size(), 36, 78).toArray();
        List<String> lines = new ArrayList<>(BATCH + SENSORS.size());
        for (long second = 0; second < minutes * 60L; second += period) {
            for (int board = 0; board < boards; board++) {
                long time = RealInflux.nanos(end.minusSeconds(minutes * 60L - second))
                        + period * 1_000_000_000L * board / boards;
                for (int sensor = 0; sensor < SENSORS.size(); sensor++) {
                    double dry = sensor == 1 && board % 50 == 0 ? 30 : 0;
                    lines.add(String.format(
                            Locale.ROOT,
                            "%s,%s reading=%.2f %d",
                            SENSORS.get(sensor),
                            tags(board),
                            base[board * SENSORS.size() + sensor] - dry + random.nextDouble(),
                            time));
                }
                if (lines.size() >= BATCH) {
                    influx.write("plantbuddy", lines);
                    lines.clear();
                }
            }
        }
        influx.write("plantbuddy", lines);
    }

    private void thresholds(RealInflux influx) {
        List<String> lines = new ArrayList<>();
        for (int board = 3; board < boards; board += 10) {
            for (String sensor : SENSORS) {
                String limits = String.format(
                        Locale.ROOT,
                        "crit_below=%d.0,warn_below=%d.0,warn_above=%d.0,hysteresis=2.0",
                        10 + random.nextInt(20),
                        31 + random.nextInt(6),
                        77 + random.nextInt(8));
                lines.add(RealInflux.thresholdLine(
                        "u" + board / 10, "b" + board % 10, sensor, limits, end.minus(SET_BEFORE)));
            }
        }
        for (int from = 0; from < lines.size(); from += BATCH) {
            influx.write("settings", lines.subList(from, Math.min(lines.size(), from + BATCH)));
        }
    }

    /** As in the tutorial: a status for each reading. It looks back as far as our check does. */
    private static String tutorial() {
        return """
                import "influxdata/influxdb/monitor"
                import "influxdata/influxdb/schema"
                data =
                    from(bucket: "plantbuddy")
                        |> range(start: -55s)
                        |> filter(fn: (r) => r._measurement == "soil_moisture" and r._field == "reading")
                        |> schema.fieldsAsCols()
                data
                    |> monitor.check(
                        crit: (r) => r.reading <= 35.0,
                        ok: (r) => r.reading > 35.0,
                        messageFn: (r) => "soil moisture at ${string(v: r.reading)} for ${r.user}",
                        data: {_check_id: "0000000000000009", _check_name: "tutorial", _type: "threshold", tags: {}},
                    )
                    |> group()
                    |> count(column: "reading")
                """;
    }

    private static String tags(int board) {
        return "user=u" + board / 10 + ",device_id=b" + board % 10;
    }

    private static double time(RealInflux influx, String flux, Instant now) {
        long start = System.nanoTime();
        influx.run(flux, now);
        return (System.nanoTime() - start) / 1e9;
    }

    private void print(String what, double value) {
        System.out.printf(Locale.ROOT, "bench check boards=%d %s: %.2f%n", boards, what, value);
    }
}
