package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownsampleIT {

    private static final long WINDOW = Duration.ofMinutes(10).toNanos();
    /** The task runs this long after a window closed. */
    private static final long SOONEST = Duration.ofSeconds(30).toNanos();

    private static RealInflux influx;

    private final FluxScript downsample = FluxScript.downsample();
    private final Instant noon = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(Duration.ofHours(12));
    /** Every reading that InfluxDB has, by series and time: what a second one at the same time replaces. */
    private final Map<String, TreeMap<Long, Double>> readings = new TreeMap<>();

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        influx = RealInflux.start(folder);
    }

    @AfterAll
    static void stop() {
        influx.close();
    }

    @AfterEach
    void forget() {
        influx.clear();
    }

    @Test
    void emptyBucketGivesNothing() {
        influx.run(downsample, noon);

        assertThat(stored()).isEmpty();
    }

    @Test
    void openWindowWaits() {
        put("light,user=rick,device_id=01", noon.plusSeconds(1), 5);
        influx.run(downsample, noon.plusSeconds(30));
        assertThat(stored()).isEmpty();

        influx.run(downsample, noon.plusSeconds(630));
        assertThat(stored()).hasSize(4);
    }

    @Test
    void windowsEqualAComputationOutsideOfInfluxDbThroughGapsRestartsAndRepeats() throws IOException {
        Random random = new Random(20);
        Instant now = noon;
        for (int window = 0; window < 24; window++) {
            fill(random, now, 40);
            now = now.plus(Duration.ofMinutes(10));
            if (window % 5 != 3) {
                influx.run(downsample, now.plusSeconds(30));
            }
            if (window == 12) {
                influx.crash();
            }
        }
        influx.run(downsample, now.plusSeconds(30));
        List<String> once = stored();
        assertStoredIsWhatJavaComputes(now);

        influx.run(downsample, now.plusSeconds(30));
        influx.run(downsample, now.plusSeconds(45));

        assertThat(stored()).isEqualTo(once);
    }

    @Test
    void lateReadingsChangeTheirWindowsOnceTheyAreMarked() {
        Random random = new Random(21);
        for (int window = 0; window < 12; window++) {
            fill(random, noon.plus(Duration.ofMinutes(10L * window)), 20);
        }
        Instant now = noon.plus(Duration.ofHours(2));
        influx.run(downsample, now.plusSeconds(30));
        Instant from = noon.plusSeconds(700);
        for (int i = 0; i < 50; i++) {
            put("light,user=rick,device_id=01", from.plusSeconds(random.nextInt(1500)), random.nextDouble() * 100);
        }
        mark("rick", "01", from, from.plusSeconds(1500), now.plusSeconds(60));

        influx.run(downsample, now.plusSeconds(630));

        assertStoredIsWhatJavaComputes(now.plusSeconds(600));
    }

    @Test
    void manyLateBoardsAreComputedTogether() {
        influx.run(downsample, noon.plusSeconds(30));
        put("light,user=rick,device_id=first", noon.plusSeconds(1), 1);
        influx.run(downsample, noon.plusSeconds(630));
        for (int board = 0; board < 150; board++) {
            put("light,user=rick,device_id=b" + board, noon.minusSeconds(3000), board);
            mark("rick", "b" + board, noon.minusSeconds(3000), noon.minusSeconds(2999), noon.plusSeconds(700));
        }

        influx.run(downsample, noon.plusSeconds(1230));

        assertStoredIsWhatJavaComputes(noon.plusSeconds(1200));
    }

    @Test
    void backfillComputesImportedHistoryOfOneUser() {
        influx.run(downsample, noon.plusSeconds(30));
        put("light,user=anna,device_id=01", noon.plusSeconds(2), 1);
        influx.run(downsample, noon.plusSeconds(630));
        Random random = new Random(22);
        Instant start = noon.minus(Duration.ofDays(2));
        for (int window = 0; window < 288; window++) {
            fill(random, start.plus(Duration.ofMinutes(10L * window)), 3);
        }

        influx.run(FluxScript.backfill("rick", start, noon), noon.plusSeconds(660));
        readings.keySet().removeIf(series -> series.contains("anna") && !series.contains("light"));

        List<String> rick =
                stored().stream().filter(row -> row.contains("rick")).toList();
        assertThat(rick).hasSizeGreaterThan(288 * 4);
        assertThat(stored().stream().filter(row -> row.contains("anna"))).hasSize(4);
    }

    /**
     * Hours of three users' boards, of which some are offline for a while and send afterwards, some send a reading twice
     * with another value, and some pause; runs come when they come, or not at all. Written as the bridge does: each minute
     * its batch, then the marks of the boards whose readings were late by more than its grace.
     */
    @ParameterizedTest
    @ValueSource(longs = {2601, 2602, 2603, 2604})
    void windowsEqualAComputationOutsideOfInfluxDbWhateverCameLateTwiceOrNot(long seed) throws IOException {
        Random random = new Random(seed);
        Instant start = noon.plusSeconds(random.nextInt(600));
        List<Board> boards = new ArrayList<>();
        for (String user : List.of("rick", "anna", "otto")) {
            for (int board = 0; board <= random.nextInt(3); board++) {
                boards.add(new Board(user, "b" + board));
            }
        }
        Instant nextRun = start;
        int crash = 60 + random.nextInt(120);
        Instant now = start;
        for (int minute = 0; minute < 240; minute++) {
            now = start.plus(Duration.ofMinutes(minute)).plusSeconds(random.nextInt(50));
            for (Board board : boards) {
                board.measure(random, now, minute % 60 < 40 || random.nextInt(10) == 0);
            }
            boolean down = minute >= crash && minute < crash + 25;
            if (minute == crash) {
                influx.crash();
            }
            if (!down) {
                send(boards, now);
            }
            if (!down && !now.isBefore(nextRun) && RealInflux.nanos(now) % WINDOW >= SOONEST) {
                influx.run(downsample, now);
                nextRun = now.plusSeconds(random.nextInt(random.nextInt(4) == 0 ? 3000 : 700));
            }
        }
        boards.forEach(board -> board.online = true);
        send(boards, now);
        Instant end = now.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));

        influx.run(downsample, end.plusSeconds(30));

        assertThat(readings).hasSizeGreaterThanOrEqualTo(6);
        assertStoredIsWhatJavaComputes(end);
    }

    private void send(List<Board> boards, Instant now) {
        List<String> lines = new ArrayList<>();
        for (Board board : boards) {
            List<Reading> sent = board.take();
            sent.forEach(reading -> lines.add(line(
                    reading.sensor() + ",user=" + board.user + ",device_id=" + board.device,
                    reading.time(),
                    reading.value())));
            List<Instant> late = sent.stream()
                    .map(Reading::time)
                    .filter(time -> time.isBefore(now.minusSeconds(15)))
                    .sorted()
                    .toList();
            if (!late.isEmpty()) {
                mark(
                        board.user,
                        board.device,
                        late.get(0),
                        late.get(late.size() - 1).plusNanos(1),
                        now);
            }
        }
        if (!lines.isEmpty()) {
            influx.write("plantbuddy", lines);
        }
    }

    private record Reading(String sensor, Instant time, double value) {}

    /** Keeps what it could not send. */
    private static final class Board {

        private final String user;
        private final String device;
        private final List<Reading> unsent = new ArrayList<>();
        private final List<Reading> sent = new ArrayList<>();
        private boolean online = true;

        private Board(String user, String device) {
            this.user = user;
            this.device = device;
        }

        private void measure(Random random, Instant now, boolean talks) {
            online = online ? random.nextInt(20) > 0 : random.nextInt(15) == 0;
            if (talks) {
                for (String sensor : List.of("light", "soil_moisture")) {
                    for (int i = 0; i < random.nextInt(4); i++) {
                        Instant time = now.minusMillis(random.nextInt(60_000));
                        unsent.add(new Reading(sensor, time, random.nextGaussian() * 50));
                    }
                }
            }
            if (!sent.isEmpty() && random.nextInt(5) == 0) {
                Reading again = sent.get(random.nextInt(sent.size()));
                unsent.add(new Reading(again.sensor(), again.time(), again.value() + random.nextInt(2)));
            }
        }

        private List<Reading> take() {
            List<Reading> taken = online ? List.copyOf(unsent) : List.of();
            if (online) {
                unsent.clear();
                sent.addAll(taken);
            }
            return taken;
        }
    }

    private void fill(Random random, Instant window, int count) {
        for (String series : List.of(
                "light,user=rick,device_id=01", "air_temp,user=rick,device_id=02", "light,user=anna,device_id=01")) {
            if (series.contains("anna") && count < 10) {
                continue;
            }
            for (int i = 0; i < random.nextInt(count) + 1; i++) {
                put(series, window.plusSeconds(random.nextInt(600)), random.nextGaussian() * 50);
            }
        }
    }

    private void put(String series, Instant time, double value) {
        influx.write("plantbuddy", line(series, time, value));
    }

    private String line(String series, Instant time, double value) {
        readings.computeIfAbsent(series, key -> new TreeMap<>()).put(RealInflux.nanos(time), value);
        return String.format(Locale.ROOT, "%s reading=%s %d", series, value, RealInflux.nanos(time));
    }

    private void mark(String user, String device, Instant from, Instant until, Instant written) {
        influx.write(
                "settings",
                String.format(
                        "late,user=%s,device_id=%s,bridge=bridge-1 from=%di,until=%di %d",
                        user, device, RealInflux.nanos(from), RealInflux.nanos(until), RealInflux.nanos(written)));
    }

    private void assertStoredIsWhatJavaComputes(Instant closed) {
        Map<String, Double> expected = new TreeMap<>();
        readings.forEach((series, values) -> {
            Map<Long, DoubleSummaryStatistics> windows = new TreeMap<>();
            values.headMap(RealInflux.nanos(closed))
                    .forEach((time, value) -> windows.computeIfAbsent(
                                    time - time % WINDOW, key -> new DoubleSummaryStatistics())
                            .accept(value));
            windows.forEach((start, window) -> {
                String key = series + " " + start + " ";
                expected.put(key + "reading", window.getAverage());
                expected.put(key + "reading_min", window.getMin());
                expected.put(key + "reading_max", window.getMax());
                expected.put(key + "reading_count", (double) window.getCount());
            });
        });
        Map<String, Double> actual = new TreeMap<>();
        rows().forEach(row -> actual.put(key(row), ((Number) Objects.requireNonNull(row.getValue())).doubleValue()));
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, value) -> assertThat(Objects.requireNonNull(actual.get(key)))
                .as(key)
                .isCloseTo(value, Offset.offset(1e-9 * Math.max(1, Math.abs(value)))));
    }

    private List<String> stored() {
        List<String> rows = new ArrayList<>();
        rows().forEach(row -> rows.add(key(row) + "=" + row.getValue()));
        rows.sort(String::compareTo);
        return rows;
    }

    private static String key(FluxRecord row) {
        return row.getMeasurement() + ",user=" + row.getValueByKey("user") + ",device_id="
                + row.getValueByKey("device_id") + " " + RealInflux.nanos(Objects.requireNonNull(row.getTime())) + " "
                + row.getField();
    }

    private static List<FluxRecord> rows() {
        return influx.run(
                "from(bucket: \"downsampled\") |> range(start: 0, stop: 2100-01-01T00:00:00Z)", Instant.now());
    }
}
