package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadmanIT {

    private static RealInflux influx;

    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(1));

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
    void emptyBucketsGiveNothing() {
        influx.run(FluxScript.deadman(), now);

        assertThat(statuses()).isEmpty();
    }

    @Test
    void silentBoardGivesOneAlertAndOneWhenItIsBack() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(59));
        influx.reading("rick", "02", "light", 1, now);
        watchAt(now);
        assertThat(statuses()).isEmpty();

        influx.reading("rick", "02", "air_temp", 1, now.plusSeconds(20));
        watchAt(now.plusSeconds(30));
        watchAt(now.plusSeconds(60));
        assertThat(statuses()).containsExactly("board 01 silent for 89 s for rick ok>crit");

        influx.reading("rick", "01", "soil_moisture", 50, now.plusSeconds(70));
        watchAt(now.plusSeconds(75));
        watchAt(now.plusSeconds(76));
        assertThat(statuses())
                .containsExactly("board 01 silent for 89 s for rick ok>crit", "board 01 is back for rick crit>ok");
    }

    @Test
    void readingAheadOfNowHidesNoSilenceAndIsHeardWhenItsTimeHasCome() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now);
        influx.reading("rick", "01", "light", 1, now.plusSeconds(540));
        watchAt(now);
        watchAt(now.plusSeconds(61));
        assertThat(statuses()).containsExactly("board 01 silent for 61 s for rick ok>crit");

        watchAt(now.plusSeconds(537));
        assertThat(statuses()).hasSize(1);
        watchAt(now.plusSeconds(567));
        watchAt(now.plusSeconds(599));
        assertThat(statuses())
                .containsExactly("board 01 silent for 61 s for rick ok>crit", "board 01 is back for rick crit>ok");
        watchAt(now.plusSeconds(601));
        assertThat(statuses()).hasSize(3).last().asString().isEqualTo("board 01 silent for 61 s for rick ok>crit");
    }

    /** The board sends its own time. */
    @Test
    void returnIsLaterThanTheSilenceAlthoughTheClockStepsBackAMinute() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(59));
        watchAt(now.plusSeconds(30));
        influx.reading("rick", "01", "light", 2, now.plusSeconds(35));
        watchAt(now.minusSeconds(20));

        assertThat(statuses())
                .containsExactly("board 01 silent for 89 s for rick ok>crit", "board 01 is back for rick crit>ok");
    }

    @Test
    void boardsNobodyWatchesMayBeSilent() {
        watch("rick", "01", "silent_after=60.0");
        influx.reading("rick", "02", "light", 1, now.minusSeconds(900));
        influx.reading("anna", "01", "light", 1, now.minusSeconds(900));

        watchAt(now);

        assertThat(statuses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent_after=60.0,enabled=false", "removed=true"})
    void alertEndsWhenItIsSwitchedOff(String off) {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        watchAt(now);
        now = now.plusSeconds(30);
        watch("rick", "*", off);
        watchAt(now);

        assertThat(statuses()).hasSize(2).last().isEqualTo("board 01 for rick: no limit any more crit>ok");
        assertThat(influx.statuses().get(1).getValueByKey("threshold")).isNull();
    }

    @Test
    void raisedLimitEndsAnAlertAndTellsOfNoReturn() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        watchAt(now);
        now = now.plusSeconds(30);
        watch("rick", "*", "silent_after=3600.0");
        watchAt(now);

        assertThat(statuses()).hasSize(2).last().isEqualTo("board 01 heard 930 s ago for rick crit>ok");
    }

    @Test
    void limitOfOneBoardWinsOverThatOfAll() {
        watch("rick", "*", "silent_after=60.0");
        watch("rick", "01", "silent_after=3600.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        influx.reading("rick", "02", "light", 1, now.minusSeconds(900));

        watchAt(now);

        assertThat(statuses()).containsExactly("board 02 silent for 900 s for rick ok>crit");
    }

    @Test
    void limitOfOneBoardThatIsRemovedLeavesThePlaceToThatOfAll() {
        watch("rick", "*", "silent_after=60.0");
        watch("rick", "01", "silent_after=3600.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        watchAt(now);
        now = now.plusSeconds(30);
        watch("rick", "01", "removed=true");
        watchAt(now);

        assertThat(statuses()).containsExactly("board 01 silent for 930 s for rick ok>crit");
    }

    @Test
    void silenceSetForASensorLeavesThatOfTheBoardAlone() {
        watch("rick", "01", "silent_after=60.0");
        influx.write("settings", "threshold,user=anna,device_id=01,sensor=light silence=600.0 0");
        influx.threshold("rick", "01", "light", "crit_below=1.0", now.plusSeconds(1));
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        influx.reading("anna", "01", "light", 1, now.minusSeconds(900));

        watchAt(now.plusSeconds(10));

        assertThat(statuses())
                .containsExactly(
                        "board 01 silent for 910 s for anna ok>crit", "board 01 silent for 910 s for rick ok>crit");
    }

    @Test
    void silenceOfNineDaysIsToldOnceAndItsEndToo() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        watchAt(now);
        influx.forgetBefore("_monitoring", Instant.now());
        for (int day = 1; day <= 9; day++) {
            watchAt(now.plus(Duration.ofDays(day)));
        }
        assertThat(statuses()).isEmpty();

        Instant back = now.plus(Duration.ofDays(9)).plusSeconds(30);
        influx.reading("rick", "01", "light", 1, back);
        watchAt(back);

        assertThat(statuses()).containsExactly("board 01 is back for rick crit>ok");
    }

    @Test
    void boardThatFirstSpeaksLaterIsWatchedToo() {
        watch("rick", "*", "silent_after=600.0");
        watch("rick", "never", "silent_after=600.0");
        influx.reading("rick", "01", "light", 1, now);
        watchAt(now);
        influx.reading("rick", "02", "light", 1, now.plusSeconds(5));
        for (int run = 1; run <= 21; run++) {
            influx.reading("rick", "01", "light", 1, now.plusSeconds(30L * run));
            watchAt(now.plusSeconds(30L * run));
        }

        assertThat(statuses()).containsExactly("board 02 silent for 625 s for rick ok>crit");
    }

    @Test
    void boardThatCameLateIsBackOnceItIsMarked() {
        watch("rick", "*", "silent_after=600.0");
        influx.reading("rick", "01", "light", 1, now.minusSeconds(900));
        watchAt(now);
        Instant late = now.minusSeconds(300);
        influx.reading("rick", "01", "light", 1, late);
        influx.reading("rick", "02", "light", 1, late.minusSeconds(600));
        for (String device : List.of("01", "02")) {
            influx.write(
                    "settings",
                    "late,user=rick,device_id=" + device + ",bridge=bridge-1 from="
                            + RealInflux.nanos(late.minusSeconds(600)) + "i,until="
                            + RealInflux.nanos(late.plusNanos(1)) + "i " + RealInflux.nanos(now));
        }

        watchAt(now.plusSeconds(30));

        assertThat(statuses())
                .containsExactly(
                        "board 01 silent for 900 s for rick ok>crit",
                        "board 01 is back for rick crit>ok",
                        "board 02 silent for 930 s for rick ok>crit");
    }

    @Test
    void boardThatWasImportedWithoutAMarkIsNoticedWithinTheHour() {
        watch("rick", "*", "silent_after=600.0");
        influx.reading("rick", "01", "light", 1, now.plus(Duration.ofHours(2)));
        watchAt(now);
        influx.reading("rick", "02", "light", 1, now.minus(Duration.ofDays(2)));

        watchAt(now.plus(Duration.ofHours(1)));

        assertThat(statuses()).containsExactly("board 02 silent for 176400 s for rick ok>crit");
    }

    @Test
    void boardWhoseReadingsWereDeletedGivesNothing() {
        watch("rick", "*", "silent_after=60.0");
        influx.reading("rick", "01", "light", 1, now);
        watchAt(now);
        influx.forgetBefore("plantbuddy", Instant.parse("2100-01-01T00:00:00Z"));

        watchAt(now.plusSeconds(90));
        watchAt(now.plus(Duration.ofHours(2)));

        assertThat(statuses()).isEmpty();
    }

    @Test
    void moreUsersThanAreNamedAreReadTogether() {
        List<String> readings = new ArrayList<>();
        List<String> thresholds = new ArrayList<>();
        for (int user = 0; user < 1100; user++) {
            readings.add("light,user=u" + user + ",device_id=b" + user + " reading=1.0 "
                    + RealInflux.nanos(now.minusSeconds(user % 2 * 900L)));
            thresholds.add(RealInflux.thresholdLine("u" + user, "b" + user, "status", "silent_after=600.0", now));
        }
        influx.write("plantbuddy", readings);
        influx.write("settings", thresholds);

        watchAt(now);
        watchAt(now.plusSeconds(30));

        assertThat(statuses()).hasSize(550).allMatch(status -> status.endsWith("ok>crit"));
    }

    /** Boards fall silent and come back, limits change, runs are missed: as if all readings were looked at in each. */
    @Test
    void levelsEqualAComputationOverAllReadings() {
        long seed = 26;
        Random random = new Random(seed);
        List<String> sensors = List.of("air_temp", "light", "soil_moisture");
        Map<String, Instant> newest = new TreeMap<>();
        Map<String, Double> limits = new TreeMap<>();
        Map<String, String> levels = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        for (int run = 0; run < 120; run++) {
            Instant before = now;
            now = now.plusSeconds(random.nextInt(15) == 0 ? 300 : 30);
            for (int board = 0; board < 12; board++) {
                String user = "u" + board / 4;
                String device = "b" + board % 4;
                // For a while each: talks, talks seldom, is silent.
                int mood = Math.floorMod(board * 7 + run / 15 * 5, 3);
                if (mood == 0 || (mood == 1 && random.nextInt(4) == 0)) {
                    Instant at = before.plusSeconds(1
                            + random.nextInt((int) Duration.between(before, now).toSeconds()));
                    influx.reading(user, device, sensors.get(random.nextInt(3)), 1, at);
                    newest.merge(user + "|" + device, at, (a, b) -> a.isAfter(b) ? a : b);
                }
            }
            if (run % 8 == 0) {
                String user = "u" + random.nextInt(3);
                String device = random.nextInt(3) == 0 ? "*" : "b" + random.nextInt(4);
                int kind = random.nextInt(6);
                double limit = List.of(60.0, 120.0, 300.0).get(random.nextInt(3));
                watch(
                        user,
                        device,
                        kind == 0 ? "removed=true" : "silent_after=" + limit + (kind == 1 ? ",enabled=false" : ""));
                limits.put(user + "|" + device, kind == 0 ? -1 : kind == 1 ? 0 : limit);
            }
            watchAt(now);
            newest.forEach((board, at) -> {
                double own = limits.getOrDefault(board, -1.0);
                double all = limits.getOrDefault(board.substring(0, board.indexOf('|')) + "|*", -1.0);
                double limit = own >= 0 ? own : all;
                String level = limit > 0 && Duration.between(at, now).toSeconds() >= limit ? "crit" : "ok";
                String previous = levels.getOrDefault(board, "ok");
                if (!level.equals(previous)) {
                    expected.add(now + " " + board + " " + previous + ">" + level);
                    levels.put(board, level);
                }
            });
        }

        assertThat(expected).hasSizeGreaterThan(20);
        assertThat(influx.statuses().stream()
                        .map(row -> row.getTime() + " " + row.getValueByKey("user") + "|"
                                + row.getValueByKey("device_id") + " " + row.getValueByKey("previous_level") + ">"
                                + row.getValueByKey("_level")))
                .as("seed " + seed)
                .containsExactlyElementsOf(expected);
    }

    private static void watchAt(Instant time) {
        influx.run(FluxScript.deadman(), time);
    }

    private void watch(String user, String device, String fields) {
        influx.threshold(user, device, "status", fields, now);
    }

    private static List<String> statuses() {
        return influx.statuses().stream()
                .map(row -> row.getValueByKey("_message") + " " + row.getValueByKey("previous_level") + ">"
                        + row.getValueByKey("_level"))
                .toList();
    }
}
