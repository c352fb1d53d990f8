package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.accounts.AuditEntry;
import org.plantbuddy.flux.threshold.BadThresholdException;
import org.plantbuddy.flux.threshold.FormerThresholds;
import org.plantbuddy.flux.threshold.Preview;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.flux.threshold.Thresholds;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.reading.Level;

/** Thresholds as users set them, and what the real tasks make of them. */
class ThresholdsIT {

    private static final Duration TICK = Duration.ofSeconds(10);
    private static RealInflux influx;
    private static Accounts accounts;
    private static Influx client;

    /** A whole half minute, when all tasks run. */
    private Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 30 * 30);

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private static final Actor OWNER = new Actor("rick", "192.0.2.1");
    private Thresholds thresholds;

    @BeforeEach
    void withTheClock() {
        thresholds = new Thresholds(client, accounts, TICK, clock);
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        influx = RealInflux.start(folder.resolve("influxdb"));
        client = influx.influx();
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        for (String user : List.of("rick", "anna")) {
            accounts.users().add(user, "correct horse");
            accounts.devices().add(user, "01");
            accounts.devices().add(user, "02");
        }
    }

    @AfterAll
    static void stop() {
        accounts.close();
        client.close();
        influx.close();
    }

    @AfterEach
    void forget() {
        influx.clear();
    }

    @Test
    void whatWasSetIsListedToItsUserAndTheNewestHoldsAsAWhole() {
        thresholds.set(limits("rick", "*", "soil_moisture", Map.of("crit_below", 20.0, "hysteresis", 2.5)), OWNER);
        Threshold first = limits("rick", "01", "air_temp", Map.of("warn_above", 25.0, "crit_above", 30.0));
        Threshold second = limits("rick", "01", "air_temp", Map.of("crit_above", 40, "enabled", false));
        thresholds.set(first, OWNER);
        thresholds.set(second, OWNER);
        Threshold silence = limits("rick", "*", "status", Map.of("silent_after", 7200));
        thresholds.set(silence, OWNER);

        assertThat(thresholds.list("rick"))
                .hasSize(3)
                .contains(second, silence)
                .first()
                .extracting(threshold -> threshold.scope().sensor())
                .isEqualTo("soil_moisture");
        assertThat(thresholds.list("anna")).isEmpty();
    }

    @Test
    void changesLeaveOnePointEach() {
        for (int limit = 0; limit < 20; limit++) {
            thresholds.set(limits("rick", "01", "soil_moisture", Map.of("crit_below", limit)), OWNER);
        }
        thresholds.set(limits("rick", "02", "soil_moisture", Map.of("crit_below", 7)), OWNER);
        List<FluxRecord> points = influx.run(
                "from(bucket: \"settings\") |> range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)"
                        + " |> filter(fn: (r) => r._measurement == \"threshold\" and r._field == \"crit_below\")",
                now);
        assertThat(points).extracting(FluxRecord::getValue).containsExactlyInAnyOrder(19.0, 7.0);
    }

    @Test
    void changeAfterTheClockWasSteppedBackStillHolds() {
        thresholds.set(limits("rick", "01", "soil_moisture", Map.of("crit_below", 10)), OWNER);
        now = now.minus(Duration.ofMinutes(5));
        Threshold later = limits("rick", "01", "soil_moisture", Map.of("crit_below", 12));
        thresholds.set(later, OWNER);
        assertThat(thresholds.list("rick")).containsExactly(later);
    }

    @Test
    void thresholdsOfAFormerVersionAreTakenOverOnceAndTheCheckReadsThem() {
        Threshold today = limits("anna", "*", "air_temp", Map.of("crit_above", 30));
        thresholds.set(today, OWNER);
        former("rick", "01", "air_temp", "warn_above=20.0,crit_above=30.0", 86_400);
        former("rick", "01", "air_temp", "crit_above=26.0,hysteresis=1.0", 3_600);
        former("rick", "02", "air_temp", "crit_above=20.0", 3_600);
        former("rick", "02", "air_temp", "removed=true", 1_800);
        former("rick", "*", "status", "silent_after=600.0,enabled=false", 60);
        former("anna", "*", "air_temp", "crit_above=5.0", 60);
        former("anna", "01", "light", "nonsense=5.0", 60);
        influx.write("settings", "limit,user=rick,device_id=01,sensor=air_temp line=\"x\",below=1.0,above=2.0 0");

        try (Influx reached = influx.influx()) {
            assertThat(FormerThresholds.takeOver(reached)).isEqualTo(5);
            assertThat(FormerThresholds.takeOver(reached)).isZero();
        }

        assertThat(thresholds.list("rick"))
                .containsExactly(
                        limits("rick", "*", "status", Map.of("silent_after", 600, "enabled", false)),
                        limits("rick", "01", "air_temp", Map.of("crit_above", 26, "hysteresis", 1)));
        assertThat(thresholds.list("anna")).containsExactly(today);
        assertThat(influx.run(
                        "from(bucket: \"settings\") |> range(start: 1970-01-01T00:00:00Z)"
                                + " |> filter(fn: (r) => r._measurement == \"limit\")",
                        now))
                .isEmpty();
        reading("rick", "01", "air_temp", 27);
        influx.run(FluxScript.check(TICK), now);
        assertThat(statuses()).containsExactly("rick air_temp crit");
    }

    private void former(String user, String device, String sensor, String fields, int secondsAgo) {
        influx.write(
                "settings",
                "threshold,user=" + user + ",device_id=" + device + ",sensor=" + sensor + " " + fields + " "
                        + RealInflux.nanos(now.minusSeconds(secondsAgo)));
    }

    @Test
    void checkJudgesEachUserByTheirOwnAndRemovalBringsTheGeneralOneBack() {
        Instant start = Instant.now();
        thresholds.set(limits("rick", "*", "soil_moisture", Map.of("crit_below", 20)), OWNER);
        thresholds.set(limits("anna", "*", "soil_moisture", Map.of("crit_below", 50)), OWNER);
        reading("rick", "01", "soil_moisture", 30);
        reading("anna", "01", "soil_moisture", 40);
        influx.run(FluxScript.check(TICK), now);
        assertThat(statuses()).containsExactly("anna soil_moisture crit");

        now = now.plus(TICK);
        assertThat(thresholds.remove(new Scope("rick", "*", "soil_moisture"), OWNER))
                .isTrue();
        influx.run(FluxScript.check(TICK), now);
        assertThat(statuses()).containsExactly("anna soil_moisture crit", "rick soil_moisture crit");
        assertThat(thresholds.list("rick")).isEmpty();
        assertThat(thresholds.remove(new Scope("rick", "*", "soil_moisture"), OWNER))
                .isFalse();
        assertThat(accounts.audit().newest(Optional.of("rick"), start, 10))
                .filteredOn(entry -> entry.user().equals("rick"))
                .extracting(AuditEntry::action, AuditEntry::subject)
                .containsExactly(
                        tuple(AuditAction.THRESHOLD_SET, "*/soil_moisture crit_below 20.0 hysteresis 0.0"),
                        tuple(AuditAction.THRESHOLD_REMOVE, "*/soil_moisture"));
    }

    @Test
    void boardOrSensorThatIsNotThereIsRefusedAndNothingWritten() {
        assertThatThrownBy(() -> thresholds.set(limits("rick", "09", "light", Map.of("crit_below", 1)), OWNER))
                .isInstanceOf(BadThresholdException.class)
                .hasMessageContaining("09")
                .hasMessageContaining("[01, 02]");
        assertThatThrownBy(() -> thresholds.set(limits("rick", "*", "co2", Map.of("crit_above", 1)), OWNER))
                .isInstanceOf(BadThresholdException.class)
                .hasMessageContaining("co2");
        assertThat(thresholds.list("rick")).isEmpty();
    }

    @Test
    void previewTellsWhatTheCheckTells() {
        Threshold threshold = limits(
                "rick",
                "*",
                "air_temp",
                Map.of("crit_below", 5, "warn_below", 10, "warn_above", 25, "crit_above", 30, "hysteresis", 2));
        Instant end = now;
        now = end.minus(TICK.multipliedBy(60));
        thresholds.set(threshold, OWNER);
        Random random = new Random(20261125);
        double value = 17;
        List<String> lines = new ArrayList<>();
        while (now.isBefore(end)) {
            // Two readings in each interval: only the later one is judged.
            for (int reading = 0; reading < 2; reading++) {
                value = Math.max(0, Math.min(35, value + random.nextGaussian() * 5));
                lines.add("air_temp,user=rick,device_id=01 reading=" + value + " "
                        + RealInflux.nanos(now.plusSeconds(2 + 5L * reading)));
            }
            influx.write("plantbuddy", lines);
            lines.clear();
            now = now.plus(TICK);
            influx.run(FluxScript.check(TICK), now);
        }
        List<FluxRecord> told = influx.statuses();

        Preview.Board preview =
                thresholds.preview(threshold, Thresholds.LOOKED_BACK).boards().get(0);

        assertThat(told.stream().filter(status -> !"ok".equals(status.getValueByKey("_level"))))
                .hasSizeGreaterThan(5)
                .hasSize(preview.fired());
        assertThat(told.stream().filter(status -> "ok".equals(status.getValueByKey("_level"))))
                .hasSize(preview.recovered());
        for (int i = 0; i < preview.first().size(); i++) {
            Preview.Change change = preview.first().get(i);
            assertThat(told.get(i).getTime()).isEqualTo(change.time());
            assertThat(told.get(i).getValueByKey("_level"))
                    .isEqualTo(change.level().text());
            assertThat(told.get(i).getValueByKey("reading")).isEqualTo(change.value());
        }
    }

    @Test
    void previewOfSilenceTellsWhatTheDeadmanTells() {
        Instant end = now;
        now = end.minus(Duration.ofMinutes(30));
        Threshold threshold = limits("rick", "01", "status", Map.of("silent_after", 120));
        thresholds.set(threshold, OWNER);
        // Silent for 5 minutes, for 2 minutes less a second, and at the end.
        for (int second : new int[] {1, 60, 61, 361, 480, 540, 600, 660, 719, 800, 860, 940, 1000, 1100}) {
            influx.reading("rick", "01", second % 2 == 0 ? "light" : "humidity", 1, now.plusSeconds(second));
        }
        while (now.isBefore(end)) {
            now = now.plusSeconds(30);
            // What came later must not be seen yet.
            String until = FluxScript.deadman().text().replace("stop: soon", "stop: now()");
            influx.run(until, now);
        }
        List<FluxRecord> told = influx.statuses();

        Preview.Board preview =
                thresholds.preview(threshold, Thresholds.LOOKED_BACK).boards().get(0);

        assertThat(preview.fired()).isEqualTo(2);
        assertThat(preview.recovered()).isEqualTo(1);
        assertThat(preview.now()).isEqualTo(Level.CRIT);
        assertThat(told).hasSameSizeAs(preview.first());
        for (int i = 0; i < told.size(); i++) {
            Preview.Change change = preview.first().get(i);
            assertThat(told.get(i).getTime()).isEqualTo(change.time());
            assertThat(told.get(i).getValueByKey("_level"))
                    .isEqualTo(change.level().text());
            assertThat(told.get(i).getValueByKey("reading")).isEqualTo(change.value());
        }
    }

    @Test
    void previewForAllBoardsLeavesOutThoseWithTheirOwnThreshold() {
        reading("rick", "01", "soil_moisture", 10);
        reading("rick", "02", "soil_moisture", 10);
        reading("anna", "01", "soil_moisture", 10);
        thresholds.set(limits("rick", "02", "soil_moisture", Map.of("crit_below", 5)), OWNER);
        now = now.plus(TICK);
        Preview preview = thresholds.preview(
                limits("rick", "*", "soil_moisture", Map.of("crit_below", 20)), Thresholds.LOOKED_BACK);
        assertThat(preview.boards()).extracting(Preview.Board::device).containsExactly("01");
        assertThat(preview.fired()).isEqualTo(1);
        assertThat(preview.ownThreshold()).containsExactly("02");
    }

    private void reading(String user, String device, String sensor, double value) {
        influx.reading(user, device, sensor, value, now.minusSeconds(1));
    }

    private static List<String> statuses() {
        return influx.statuses().stream()
                .map(row -> Objects.toString(row.getValueByKey("user")) + " " + row.getValueByKey("sensor") + " "
                        + row.getValueByKey("_level"))
                .toList();
    }

    private static Threshold limits(String user, String device, String sensor, Map<String, Object> fields) {
        return ThresholdFields.parse(new Scope(user, device, sensor), fields);
    }
}
