package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

        assertThat(statuses()).hasSize(2).last().asString().endsWith("crit>ok");
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

    private static void watchAt(Instant time) {
        influx.run(FluxScript.deadman(), time);
    }

    private void watch(String user, String device, String fields) {
        influx.write(
                "settings",
                "threshold,user=" + user + ",device_id=" + device + ",sensor=status " + fields + " "
                        + RealInflux.nanos(now));
    }

    private static List<String> statuses() {
        return influx.statuses().stream()
                .map(row -> row.getValueByKey("_message") + " " + row.getValueByKey("previous_level") + ">"
                        + row.getValueByKey("_level"))
                .toList();
    }
}
