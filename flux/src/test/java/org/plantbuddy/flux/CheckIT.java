package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckIT {

    private static final Duration TICK = Duration.ofSeconds(10);
    private static RealInflux influx;

    private final FluxScript check = FluxScript.check(TICK);
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
        check();

        assertThat(statuses()).isEmpty();
    }

    @Test
    void soilMoistureAtThirtyFiveIsCriticalAndJustAboveIsNot() {
        reading("rick", "01", "soil_moisture", 35);
        reading("rick", "02", "soil_moisture", 35.1);
        reading("rick", "01", "light", 1);

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
        FluxRecord status = influx.statuses().get(0);
        assertThat(status.getValues())
                .containsEntry("_message", "soil moisture at 35 on board 01 of rick")
                .containsEntry("_check_name", "plantbuddy-check")
                .containsEntry("_type", "threshold")
                .containsEntry("_source_measurement", "soil_moisture")
                .containsEntry("_source_timestamp", RealInflux.nanos(now.minusSeconds(1)))
                .containsEntry("reading", 35.0)
                .containsEntry("threshold", 35.0)
                .containsKey("_check_id");
        assertThat(status.getTime()).isEqualTo(now);
    }

    @Test
    void whereNobodySetAThresholdAnAlertEndsAboveThirtySeven() {
        for (double value : new double[] {36, 35, 36, 35, 37, 34.9}) {
            now = now.plus(TICK);
            reading("rick", "01", "soil_moisture", value);
            check();
        }
        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");

        now = now.plus(TICK);
        reading("rick", "01", "soil_moisture", 37.1);
        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit", "rick 01 soil_moisture crit>ok");
    }

    @Test
    void onlyChangesAreWritten() {
        for (double value : new double[] {30, 29, 28, 40, 41, 20}) {
            now = now.plus(TICK);
            reading("rick", "01", "soil_moisture", value);
            check();
            check();
        }

        assertThat(statuses())
                .containsExactly(
                        "rick 01 soil_moisture ok>crit",
                        "rick 01 soil_moisture crit>ok",
                        "rick 01 soil_moisture ok>crit");
    }

    @Test
    void newestReadingByItsTimeDecides() {
        influx.reading("rick", "01", "soil_moisture", 50, now.minusSeconds(1));
        check();
        influx.reading("rick", "01", "soil_moisture", 10, now.minusSeconds(60));
        now = now.plus(TICK);

        check();

        assertThat(statuses()).isEmpty();
    }

    @Test
    void readingAheadOfNowHidesNoDroughtAndIsJudgedWhenItsTimeHasCome() {
        Instant ahead = now.plusSeconds(540);
        influx.reading("rick", "01", "soil_moisture", 60, ahead);
        check();
        now = now.plus(TICK);
        reading("rick", "01", "soil_moisture", 12);
        check();
        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");

        now = ahead.minusSeconds(3);
        check();
        assertThat(statuses()).hasSize(1);

        now = ahead;
        check();
        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit", "rick 01 soil_moisture crit>ok");
    }

    @Test
    void droughtAheadOfNowIsToldWhenItsTimeHasComeAlsoAfterRunsThatWereMissed() {
        check();
        influx.reading("rick", "01", "soil_moisture", 10, now.plusSeconds(590));
        influx.reading("anna", "01", "soil_moisture", 10, now.plusSeconds(590));
        influx.reading("anna", "01", "soil_moisture", 50, now.plusSeconds(595));
        now = now.plus(TICK);
        check();
        assertThat(statuses()).isEmpty();

        now = now.plusSeconds(900);
        check();
        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    /** Clocks differ, and a reading of a whole second lies up to a second behind it. */
    @Test
    void readingThatIsAheadByAMomentIsJudgedAtOnce() {
        influx.reading("rick", "01", "soil_moisture", 10, now.plusMillis(1_900));

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    /** The broker's stamps go on from where they were. */
    @Test
    void whatArrivesWhileAClockThatWasSteppedBackCatchesUpIsJudgedAtOnce() {
        check();
        influx.reading("rick", "01", "soil_moisture", 20, now.plusSeconds(9));
        now = now.minusSeconds(300);
        for (int run = 0; run < 2; run++) {
            check();
            now = now.plus(TICK);
        }
        influx.reading("rick", "01", "soil_moisture", 50, now.plusSeconds(300));
        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit", "rick 01 soil_moisture crit>ok");
    }

    @Test
    void usersHaveTheirOwnThresholds() {
        threshold("rick", "*", "soil_moisture", "crit_below=20.0");
        threshold("anna", "*", "air_temp", "warn_above=25.0,crit_above=30.0");
        for (String user : List.of("rick", "anna", "otto")) {
            reading(user, "01", "soil_moisture", 30);
            reading(user, "01", "air_temp", 27);
        }

        check();

        assertThat(statuses())
                .containsExactlyInAnyOrder(
                        "anna 01 air_temp ok>warn", "anna 01 soil_moisture ok>crit", "otto 01 soil_moisture ok>crit");
    }

    @Test
    void moreSpecificThresholdWins() {
        threshold("rick", "*", "soil_moisture", "crit_below=20.0");
        threshold("rick", "02", "soil_moisture", "crit_below=50.0");
        reading("rick", "01", "soil_moisture", 30);
        reading("rick", "02", "soil_moisture", 30);

        check();

        assertThat(statuses()).containsExactly("rick 02 soil_moisture ok>crit");
    }

    @Test
    void thresholdThatIsOffSilencesAndOneThatIsRemovedBringsTheGeneralOneBack() {
        reading("rick", "01", "soil_moisture", 30);
        check();
        threshold("rick", "01", "soil_moisture", "crit_below=35.0,enabled=false");
        now = now.plus(TICK);
        check();
        now = now.plus(TICK);
        threshold("rick", "01", "soil_moisture", "removed=true");
        check();

        assertThat(statuses())
                .containsExactly(
                        "rick 01 soil_moisture ok>crit",
                        "rick 01 soil_moisture crit>ok",
                        "rick 01 soil_moisture ok>crit");
    }

    @Test
    void levelThatEndsWithItsLimitIsNoRecovery() {
        threshold("rick", "*", "air_temp", "crit_above=20.0");
        threshold("anna", "*", "air_temp", "crit_above=20.0");
        threshold("otto", "*", "air_temp", "crit_above=20.0");
        threshold("paul", "*", "air_temp", "crit_above=20.0");
        for (String user : List.of("rick", "anna", "otto", "paul")) {
            reading(user, "01", "air_temp", 24);
        }
        check();
        now = now.plus(TICK);
        threshold("rick", "*", "air_temp", "removed=true");
        threshold("anna", "*", "air_temp", "crit_above=20.0,enabled=false");
        threshold("otto", "*", "air_temp", "crit_above=30.0");
        reading("paul", "01", "air_temp", 19);
        check();

        assertThat(influx.statuses().stream()
                        .filter(row -> text(row, "_level").equals("ok"))
                        .map(row -> text(row, "_message") + " " + row.getValueByKey("threshold")))
                .containsExactlyInAnyOrder(
                        "air temp at 24 on board 01 of rick: no limit any more null",
                        "air temp at 24 on board 01 of anna: no limit any more null",
                        "air temp at 24 on board 01 of otto: its limits were changed null",
                        "air temp at 19 on board 01 of paul 20.0");
    }

    @Test
    void fieldThatTheNewestThresholdLacksIsNotSet() {
        threshold("rick", "*", "air_temp", "warn_above=20.0,crit_above=30.0");
        now = now.plus(TICK);
        threshold("rick", "*", "air_temp", "crit_above=40.0");
        reading("rick", "01", "air_temp", 35);

        check();

        assertThat(statuses()).isEmpty();
    }

    @Test
    void changedThresholdIsJudgedWithoutNewReading() {
        influx.reading("rick", "01", "air_temp", 27, now.minus(Duration.ofDays(3)));
        check();
        now = now.plus(TICK);
        threshold("rick", "*", "air_temp", "crit_above=25.0");

        check();

        assertThat(statuses()).containsExactly("rick 01 air_temp ok>crit");
    }

    /** A threshold that is new is looked at in another way. */
    @Test
    void readingAtALimitThatIsSetAlreadyIsNotPassedOver() {
        threshold("rick", "*", "air_temp", "crit_below=20.0,crit_above=30.0");
        check();
        now = now.plus(TICK);
        reading("rick", "01", "air_temp", 20);
        reading("rick", "02", "air_temp", 30);
        reading("rick", "03", "air_temp", 29);

        check();

        assertThat(statuses()).containsExactlyInAnyOrder("rick 01 air_temp ok>crit", "rick 02 air_temp ok>crit");
    }

    @Test
    void valueThatSwingsWithinTheHysteresisGivesOneStatus() {
        threshold("rick", "*", "soil_moisture", "crit_below=35.0,hysteresis=5.0");
        for (double value : new double[] {36, 34, 36, 34, 39, 40, 34}) {
            now = now.plus(TICK);
            reading("rick", "01", "soil_moisture", value);
            check();
        }
        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");

        now = now.plus(TICK);
        reading("rick", "01", "soil_moisture", 40.1);
        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit", "rick 01 soil_moisture crit>ok");
    }

    @Test
    void levelInForceForEightDaysIsNotWrittenAgain() {
        reading("rick", "01", "soil_moisture", 20);
        check();
        influx.forgetBefore("_monitoring", Instant.now());
        now = now.plus(Duration.ofDays(8));
        reading("rick", "01", "soil_moisture", 20);

        check();

        assertThat(statuses()).isEmpty();
    }

    @Test
    void readingsOfRunsThatWereMissedAreJudged() {
        check();
        Instant missed = now.plus(Duration.ofMinutes(5));
        influx.reading("rick", "01", "soil_moisture", 20, missed);
        now = now.plus(Duration.ofHours(5));

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    @Test
    void readingThatCameAnHourLateIsJudgedWhenItIsTheNewestOfItsSeries() {
        check();
        influx.reading("rick", "01", "soil_moisture", 20, now.minus(Duration.ofHours(1)));
        influx.reading("anna", "01", "soil_moisture", 50, now.minusSeconds(1));
        influx.reading("anna", "01", "soil_moisture", 20, now.minus(Duration.ofHours(1)));
        for (String user : List.of("rick", "anna")) {
            Instant late = now.minus(Duration.ofHours(1));
            influx.write(
                    "settings",
                    "late,user=" + user + ",device_id=01,bridge=bridge-1 from=" + RealInflux.nanos(late) + "i,until="
                            + RealInflux.nanos(late.plusNanos(1)) + "i " + RealInflux.nanos(now));
        }
        now = now.plus(TICK);

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    @Test
    void manyBoardsThatCameLateAreJudgedTogether() {
        check();
        Instant late = now.minus(Duration.ofHours(1));
        for (int board = 0; board < 150; board++) {
            influx.reading("rick", "b" + board, "soil_moisture", 20, late);
            influx.write(
                    "settings",
                    "late,user=rick,device_id=b" + board + ",bridge=bridge-1 from=" + RealInflux.nanos(late)
                            + "i,until=" + RealInflux.nanos(late.plusNanos(1)) + "i " + RealInflux.nanos(now));
        }
        now = now.plus(TICK);

        check();

        assertThat(statuses()).hasSize(150);
    }

    @Test
    void muchTooManyLateBoardsMakeTheWholeRunLookBack() {
        check();
        Instant late = now.minus(Duration.ofHours(1));
        List<String> readings = new ArrayList<>();
        List<String> marks = new ArrayList<>();
        for (int board = 0; board < 350; board++) {
            String tags = "user=u" + board + ",device_id=01";
            readings.add("soil_moisture," + tags + " reading=20.0 " + RealInflux.nanos(late));
            marks.add("late," + tags + ",bridge=bridge-1 from=" + RealInflux.nanos(late) + "i,until="
                    + RealInflux.nanos(late.plusNanos(1)) + "i " + RealInflux.nanos(now));
        }
        influx.write("plantbuddy", readings);
        influx.write("settings", marks);
        now = now.plus(TICK);

        check();

        assertThat(statuses()).hasSize(350);
    }

    @Test
    void levelsGoUpAndDownThroughWarn() {
        threshold("rick", "01", "air_temp", "warn_above=25.0,crit_above=30.0");
        for (double value : new double[] {24, 26, 31, 26, 24}) {
            now = now.plus(TICK);
            reading("rick", "01", "air_temp", value);
            check();
        }

        assertThat(statuses())
                .containsExactly(
                        "rick 01 air_temp ok>warn",
                        "rick 01 air_temp warn>crit",
                        "rick 01 air_temp crit>warn",
                        "rick 01 air_temp warn>ok");
    }

    @Test
    void usersWithDifferentThresholdsOnTheSameSensorGetTheirsAndOnlyTheirs() {
        threshold("rick", "*", "air_temp", "crit_above=30.0");
        threshold("anna", "*", "air_temp", "crit_above=20.0");
        for (double value : new double[] {15, 25, 35, 25, 15}) {
            now = now.plus(TICK);
            reading("rick", "01", "air_temp", value);
            reading("anna", "01", "air_temp", value);
            check();
        }

        assertThat(statuses())
                .containsExactly(
                        "anna 01 air_temp ok>crit",
                        "rick 01 air_temp ok>crit",
                        "rick 01 air_temp crit>ok",
                        "anna 01 air_temp crit>ok");
    }

    @Test
    void thresholdThatWasDeletedHoldsForNoReadingAfterIt() {
        threshold("rick", "01", "air_temp", "crit_above=30.0");
        reading("rick", "01", "air_temp", 31);
        check();
        influx.deleteMeasurement("settings", "threshold");
        now = now.plus(TICK);
        reading("rick", "01", "air_temp", 31);
        check();

        assertThat(statuses()).containsExactly("rick 01 air_temp ok>crit", "rick 01 air_temp crit>ok");
    }

    /** It is the change that ends its level, and not the reading after it. */
    @Test
    void changeIsJudgedOnce() {
        influx.reading("rick", "01", "air_temp", 27, now.minus(Duration.ofDays(3)));
        check();
        now = now.plus(TICK);
        threshold("rick", "*", "air_temp", "crit_above=25.0");
        check();
        now = now.plus(TICK);
        reading("rick", "01", "air_temp", 20);
        check();

        assertThat(influx.statuses())
                .extracting(row -> text(row, "_message") + " " + row.getValueByKey("threshold"))
                .containsExactly("air temp at 27 on board 01 of rick 25.0", "air temp at 20 on board 01 of rick 25.0");
    }

    @Test
    void changeThatIsWrittenAfterItsTimeIsJudgedBesideOneThatWasJudgedAlready() {
        for (String user : List.of("rick", "anna")) {
            influx.reading(user, "01", "air_temp", 27, now.minus(Duration.ofDays(3)));
        }
        check();
        now = now.plus(TICK);
        threshold("rick", "*", "air_temp", "crit_above=25.0");
        check();
        influx.threshold("anna", "*", "air_temp", "crit_above=25.0", now.minusSeconds(600));
        now = now.plus(TICK);
        check();

        assertThat(statuses()).containsExactly("rick 01 air_temp ok>crit", "anna 01 air_temp ok>crit");
    }

    @Test
    void clockThatWasSteppedBackHidesNothing() {
        now = now.plus(Duration.ofMinutes(30));
        check();
        now = now.minus(Duration.ofMinutes(30));
        reading("rick", "01", "soil_moisture", 20);

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    @Test
    void stateOutlivesACrash() throws IOException {
        reading("rick", "01", "soil_moisture", 20);
        check();
        influx.crash();
        now = now.plus(TICK);
        reading("rick", "01", "soil_moisture", 19);

        check();

        assertThat(statuses()).containsExactly("rick 01 soil_moisture ok>crit");
    }

    private void check() {
        influx.run(check, now);
    }

    private void reading(String user, String device, String sensor, double value) {
        influx.reading(user, device, sensor, value, now.minusSeconds(1));
    }

    private void threshold(String user, String device, String sensor, String fields) {
        influx.threshold(user, device, sensor, fields, now);
    }

    private static List<String> statuses() {
        return influx.statuses().stream()
                .map(row -> text(row, "user") + " " + text(row, "device_id") + " " + text(row, "sensor") + " "
                        + text(row, "previous_level") + ">" + text(row, "_level"))
                .toList();
    }

    private static String text(FluxRecord row, String column) {
        return Objects.toString(row.getValueByKey(column));
    }
}
