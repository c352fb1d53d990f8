package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.influx.Row;
import org.plantbuddy.topic.SeriesName;

class GraphIT {

    private static final Duration TWO_DAYS = Duration.ofDays(2);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static RealInflux influx;

    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofDays(1));

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
    void emptyBucketsGiveAnEmptyGraph() {
        assertThat(points(graph("rick", hour), hour)).isEmpty();
        assertThat(points(graph("rick", hour, HOUR), hour)).isEmpty();
        assertThat(influx.run(FluxScript.readings(lines("rick", hour, Duration.ZERO)), hour))
                .isEmpty();
    }

    @Test
    void historyIsDownsampledAndTheNewestMinutesAreRawWithoutGapOrOverlap() {
        Instant now = hour.plusSeconds(15);
        for (int minute = 0; minute < 60; minute++) {
            influx.reading("rick", "01", "light", minute, hour.minus(Duration.ofMinutes(minute)));
        }
        influx.run(FluxScript.downsample(), hour.minus(Duration.ofMinutes(10)).plusSeconds(30));

        List<FluxRecord> before = points(graph("rick", now), now);
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        List<FluxRecord> after = points(graph("rick", now), now);

        assertThat(before).hasSize(5 + 11);
        assertThat(before.stream().map(FluxRecord::getTime)).isSorted().doesNotHaveDuplicates();
        assertThat(after.stream().map(GraphIT::fact).toList())
                .isEqualTo(before.stream().map(GraphIT::fact).toList());
        assertThat(before.get(0).getValues()).containsKeys("_time", "_value", "_measurement", "device_id");
    }

    @Test
    void noHoleWhileDownsamplingIsBehindOrHasNeverRun() {
        for (int minute = 0; minute < 300; minute++) {
            influx.reading("rick", "01", "light", minute, hour.minus(Duration.ofMinutes(minute)));
        }
        List<String> never = facts(hour);
        influx.run(FluxScript.downsample(), hour.minus(Duration.ofHours(3)).plusSeconds(30));
        List<String> behind = facts(hour);
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));

        assertThat(behind).hasSize(29 + 11).isEqualTo(never).isEqualTo(facts(hour));
    }

    @Test
    void readingsThatCameLateAreShownBeforeTheirWindowsAreComputedAgain() {
        influx.reading("rick", "01", "light", 1, hour.minus(Duration.ofHours(5)));
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        Instant from = hour.minus(Duration.ofHours(3));
        influx.reading("rick", "01", "light", 2, from.plusSeconds(70));
        influx.reading("rick", "01", "light", 4, from.plusSeconds(80));
        influx.write(
                "settings",
                "late,user=rick,device_id=01,bridge=b from=" + RealInflux.nanos(from.plusSeconds(70)) + "i,until="
                        + RealInflux.nanos(from.plusSeconds(81)) + "i " + RealInflux.nanos(hour.plusSeconds(60)));

        List<FluxRecord> shown = points(graph("rick", hour.plusSeconds(120)), hour.plusSeconds(120));

        assertThat(shown).extracting(FluxRecord::getValue).containsExactly(1.0, 3.0);
        assertThat(shown.get(1).getTime()).isEqualTo(from);
    }

    @Test
    void lowestAndHighestOfAWindowAreThoseOfReadingsWhereverItIsComputed() {
        Instant window = hour.minus(Duration.ofHours(20));
        influx.reading("rick", "01", "light", 10, window);
        influx.reading("rick", "01", "light", 90, window.plusSeconds(5));
        String fact = "light 01 " + window + " ";
        assertThat(fields(graph("rick", hour), hour))
                .isEqualTo(Map.of(fact + "reading", 50.0, fact + "reading_min", 10.0, fact + "reading_max", 90.0));
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        assertThat(fields(graph("rick", hour), hour))
                .isEqualTo(Map.of(fact + "reading", 50.0, fact + "reading_min", 10.0, fact + "reading_max", 90.0));
    }

    @Test
    void stepsHaveTheMeanOfTheirWindowsAndTheirLowestAndHighestReadingAndWindowsFollowThem() {
        Instant day = hour.truncatedTo(ChronoUnit.DAYS);
        Instant now = day.plus(Duration.ofMinutes(75));
        for (Instant at = day.minus(Duration.ofHours(2)); at.isBefore(now); at = at.plusSeconds(60)) {
            double minute = Duration.between(day, at).toMinutes();
            influx.reading("rick", "01", "light", minute, at);
        }
        influx.run(FluxScript.downsample(), now.minusSeconds(270));

        List<FluxRecord> rows = influx.run(graph("rick", now, HOUR), now);
        Map<String, Object> steps = rows.stream()
                .filter(row -> result(row).startsWith("steps"))
                .collect(Collectors.toMap(
                        row -> row.getField() + " "
                                + Duration.between(day, row.getTime()).toHours(),
                        FluxRecord::getValue));
        assertThat(steps)
                .isEqualTo(Map.of(
                        "reading -2", -90.5,
                        "reading -1", -30.5,
                        "reading 0", 29.5,
                        "reading_min -2", -120.0,
                        "reading_min -1", -60.0,
                        "reading_min 0", 0.0,
                        "reading_max -2", -61.0,
                        "reading_max -1", -1.0,
                        "reading_max 0", 59.0));
        assertThat(rows.stream()
                        .filter(row -> result(row).startsWith("windows")
                                && row.getField().equals("reading"))
                        .map(FluxRecord::getTime))
                .isEmpty();
        assertThat(rows.stream().filter(row -> result(row).equals("readings"))).hasSize(15);
        assertThat(rows.stream().filter(row -> result(row).equals("settled")).map(FluxRecord::getTime))
                .containsExactly(day.plus(Duration.ofMinutes(70)));
    }

    @Test
    void timeInThePastEndsWhereItEnds() {
        for (int minute = 0; minute < 300; minute++) {
            influx.reading("rick", "01", "light", minute, hour.minus(Duration.ofMinutes(minute)));
        }
        Instant end = hour.minus(HOUR);
        LineQuery past = new LineQuery("rick", Set.of(), Set.of(), end.minus(HOUR), end, LineQuery.WINDOW);
        List<Object> computed = values(FluxScript.graph(past));
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));

        assertThat(computed).hasSize(6).isEqualTo(values(FluxScript.graph(past)));
        assertThat(values(FluxScript.graph(past.in(HOUR)))).hasSize(1);
        assertThat(values(FluxScript.readings(past.in(Duration.ZERO)))).hasSize(60);
    }

    @Test
    void shortTimeIsGivenAsReadingsOrAsWindowsOfThem() {
        for (int second = 0; second < 700; second++) {
            influx.reading("rick", "01", "light", second, hour.minusSeconds(second));
        }
        LineQuery query = lines("rick", hour, Duration.ZERO);
        assertThat(influx.run(FluxScript.readings(query), hour)).hasSize(601);

        List<FluxRecord> minutes =
                influx.run(FluxScript.readings(query.from(hour.minus(HOUR)).in(Duration.ofMinutes(1))), hour);
        assertThat(minutes.stream().map(GraphIT::result).distinct())
                .containsExactlyInAnyOrder("windows_mean", "windows_min", "windows_max");
        assertThat(minutes.stream().filter(row -> row.getTime().equals(hour.minusSeconds(120))))
                .extracting(row -> row.getField() + " " + row.getValue())
                .containsExactlyInAnyOrder("reading 90.5", "reading_min 61.0", "reading_max 120.0");
    }

    @Test
    void newestIsTheReadingItselfHoweverLongAgoAndSaysHowFarTheCheckHasCome() {
        influx.reading("rick", "01", "light", 33, hour.minus(Duration.ofHours(30)));
        influx.reading(
                "rick",
                "01",
                "light",
                36.123456,
                hour.minus(Duration.ofHours(30)).plusSeconds(9));
        influx.reading("rick", "02", "light", 3, hour.minusSeconds(1));
        influx.reading("anna", "01", "light", 7, hour);
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        assertThat(newest(hour).checkedAt()).isEmpty();
        influx.run(FluxScript.check(Duration.ofSeconds(10)), hour.minusSeconds(10));

        assertThat(newest(hour).checkedAt()).hasValue(hour.minusSeconds(10));
        assertThat(newest(hour).readings())
                .containsExactlyInAnyOrder(
                        new Newest.Reading(
                                new SeriesName("rick", "01", "light"),
                                hour.minus(Duration.ofHours(30)).plusSeconds(9),
                                36.123456),
                        new Newest.Reading(new SeriesName("rick", "02", "light"), hour.minusSeconds(1), 3));
    }

    @Test
    void usualIsTheMedianGapOfWindowsAndHowManyReadingsTheyHave() {
        for (int minute = 0; minute < 120; minute++) {
            influx.reading("rick", "01", "light", 1, hour.minus(Duration.ofMinutes(minute)));
        }
        for (int hours = 1; hours < 12; hours++) {
            influx.reading("rick", "02", "light", 1, hour.minus(Duration.ofHours(hours)));
        }
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));

        List<FluxRecord> usual = influx.run(FluxScript.usual("rick"), hour);

        assertThat(usual)
                .extracting(row ->
                        row.getValueByKey("result") + " " + row.getValueByKey("device_id") + " " + row.getValue())
                .containsExactlyInAnyOrder(
                        "gap 01 600.0", "gap 02 3600.0", "count 01 9.916666666666666", "count 02 1.0");
    }

    @Test
    void readingAheadOfNowIsShownWhenItsTimeHasCome() {
        influx.reading("rick", "01", "soil_moisture", 12, hour.minusSeconds(5));
        influx.reading("rick", "01", "soil_moisture", 60, hour.plusSeconds(540));

        assertThat(points(graph("rick", hour), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0);
        assertThat(points(graph("rick", hour.plusSeconds(540)), hour.plusSeconds(540)))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0, 60.0);
    }

    @Test
    void onlyTheNamedBoardsAndSensorsAreShown() {
        for (String board : List.of("01", "02", "03")) {
            for (String sensor : List.of("light", "humidity")) {
                influx.reading("rick", board, sensor, 1, hour.minusSeconds(5));
                influx.reading("anna", board, sensor, 1, hour.minusSeconds(5));
            }
        }
        assertThat(points(FluxScript.graph(of(Set.of("01", "03"), Set.of("light"))), hour))
                .extracting(row -> row.getMeasurement() + " " + row.getValueByKey("device_id"))
                .containsExactlyInAnyOrder("light 01", "light 03");
        assertThat(influx.run(
                        FluxScript.readings(of(Set.of(), Set.of("humidity")).in(Duration.ZERO)), hour))
                .hasSize(3);
    }

    @Test
    void onlyTheUsersOwnBoardsAreShownAndOneBoardWhenItIsNamed() {
        for (String user : List.of("rick", "anna")) {
            influx.reading(user, "01", "light", 1, hour.minusSeconds(5));
            influx.reading(user, "02", "light", 2, hour.minusSeconds(5));
        }

        assertThat(points(graph("rick", hour), hour)).hasSize(2);
        assertThat(points(FluxScript.graph(of(Set.of("02"), Set.of())), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(2.0);
        assertThat(points(graph("otto", hour), hour)).isEmpty();
    }

    private static FluxScript graph(String user, Instant now) {
        return graph(user, now, LineQuery.WINDOW);
    }

    private static FluxScript graph(String user, Instant now, Duration step) {
        return FluxScript.graph(lines(user, now, step));
    }

    private static LineQuery lines(String user, Instant now, Duration step) {
        Instant start = now.minus(TWO_DAYS).truncatedTo(ChronoUnit.DAYS);
        return new LineQuery(user, Set.of(), Set.of(), start, now.plus(DAY), step);
    }

    private LineQuery of(Set<String> devices, Set<String> sensors) {
        return new LineQuery("rick", devices, sensors, hour.minus(DAY), hour.plusSeconds(1), LineQuery.WINDOW);
    }

    private List<Object> values(FluxScript script) {
        return influx.run(script, hour).stream()
                .filter(row -> "reading".equals(row.getField()))
                .map(FluxRecord::getValue)
                .toList();
    }

    private static Map<String, Object> fields(FluxScript graph, Instant now) {
        return influx.run(graph, now).stream()
                .filter(row -> !result(row).equals("settled"))
                .collect(Collectors.toMap(
                        row -> row.getMeasurement() + " " + row.getValueByKey("device_id") + " " + row.getTime() + " "
                                + row.getField(),
                        row -> Objects.requireNonNull(row.getValue())));
    }

    /** Means and readings; InfluxDB answers with what is ready first. */
    private static List<FluxRecord> points(FluxScript graph, Instant now) {
        return influx.run(graph, now).stream()
                .filter(row -> !result(row).equals("settled") && "reading".equals(row.getField()))
                .sorted(Comparator.comparing(FluxRecord::getMeasurement).thenComparing(FluxRecord::getTime))
                .toList();
    }

    private static List<String> facts(Instant now) {
        return points(graph("rick", now), now).stream().map(GraphIT::fact).toList();
    }

    private static String fact(FluxRecord row) {
        return row.getMeasurement() + " " + row.getValueByKey("device_id") + " " + row.getTime() + " " + row.getValue();
    }

    private static Newest newest(Instant now) {
        return Newest.of(
                "rick",
                influx.run(FluxScript.newest("rick"), now).stream()
                        .map(row -> new Row(row.getValues()))
                        .toList());
    }

    private static String result(FluxRecord row) {
        return String.valueOf(row.getValueByKey("result"));
    }
}
