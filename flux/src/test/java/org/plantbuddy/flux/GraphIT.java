package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.influx.Row;
import org.plantbuddy.topic.SeriesName;

class GraphIT {

    private static final Duration TWO_DAYS = Duration.ofDays(2);
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
        assertThat(influx.run(FluxScript.graph("rick", TWO_DAYS), hour)).isEmpty();
    }

    @Test
    void historyIsDownsampledAndTheNewestMinutesAreRawWithoutGapOrOverlap() {
        Instant now = hour.plusSeconds(15);
        for (int minute = 0; minute < 60; minute++) {
            influx.reading("rick", "01", "light", minute, hour.minus(Duration.ofMinutes(minute)));
        }
        influx.run(FluxScript.downsample(), hour.minus(Duration.ofMinutes(10)).plusSeconds(30));

        List<FluxRecord> before = points(FluxScript.graph("rick", TWO_DAYS), now);
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        List<FluxRecord> after = points(FluxScript.graph("rick", TWO_DAYS), now);

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

        List<FluxRecord> shown = points(FluxScript.graph("rick", TWO_DAYS), hour.plusSeconds(120));

        assertThat(shown).extracting(FluxRecord::getValue).containsExactly(1.0, 3.0);
        assertThat(shown.get(1).getTime()).isEqualTo(from);
    }

    @Test
    void lowestAndHighestAreThoseOfReadingsNotOfMeans() {
        influx.reading("rick", "01", "light", 10, hour.minus(Duration.ofHours(20)));
        influx.reading(
                "rick", "01", "light", 90, hour.minus(Duration.ofHours(20)).plusSeconds(5));
        influx.run(FluxScript.downsample(), hour.plusSeconds(30));
        influx.reading("rick", "01", "light", 50, hour.plusSeconds(40));
        assertThat(extreme("lowest", hour.plusSeconds(60))).isEqualTo(10.0);
        assertThat(extreme("highest", hour.plusSeconds(60))).isEqualTo(90.0);

        influx.reading("rick", "01", "light", 5, hour.plusSeconds(45));
        influx.reading("rick", "01", "light", 99, hour.plusSeconds(46));
        assertThat(extreme("lowest", hour.plusSeconds(60))).isEqualTo(5.0);
        assertThat(extreme("highest", hour.plusSeconds(60))).isEqualTo(99.0);
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

        assertThat(points(FluxScript.graph("rick", TWO_DAYS), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0);
        assertThat(points(FluxScript.graph("rick", TWO_DAYS), hour.plusSeconds(540)))
                .extracting(FluxRecord::getValue)
                .containsExactly(12.0, 60.0);
    }

    @Test
    void onlyTheUsersOwnBoardsAreShownAndOneBoardWhenItIsNamed() {
        for (String user : List.of("rick", "anna")) {
            influx.reading(user, "01", "light", 1, hour.minusSeconds(5));
            influx.reading(user, "02", "light", 2, hour.minusSeconds(5));
        }

        assertThat(points(FluxScript.graph("rick", TWO_DAYS), hour)).hasSize(2);
        assertThat(points(FluxScript.graph("rick", "02", TWO_DAYS), hour))
                .extracting(FluxRecord::getValue)
                .containsExactly(2.0);
        assertThat(influx.run(FluxScript.graph("otto", TWO_DAYS), hour)).isEmpty();
    }

    /** InfluxDB answers with what is ready first. */
    private static List<FluxRecord> points(FluxScript graph, Instant now) {
        return influx.run(graph, now).stream()
                .filter(row -> List.of("means", "readings").contains(result(row)))
                .sorted(Comparator.comparing(GraphIT::result))
                .toList();
    }

    private static List<String> facts(Instant now) {
        return points(FluxScript.graph("rick", TWO_DAYS), now).stream()
                .map(GraphIT::fact)
                .toList();
    }

    private static String fact(FluxRecord row) {
        return row.getMeasurement() + " " + row.getValueByKey("device_id") + " " + row.getTime() + " " + row.getValue();
    }

    /** Of what both sources say. */
    private static double extreme(String which, Instant now) {
        DoubleSummaryStatistics all = influx.run(FluxScript.graph("rick", TWO_DAYS), now).stream()
                .filter(row -> result(row).equals(which))
                .mapToDouble(row -> (Double) Objects.requireNonNull(row.getValue()))
                .summaryStatistics();
        return which.equals("lowest") ? all.getMin() : all.getMax();
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
