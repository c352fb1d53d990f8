package org.plantbuddy.web.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.flux.Newest;
import org.plantbuddy.flux.threshold.HoldingThresholds;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.alerts.AlertBody;
import org.plantbuddy.web.series.Readings;

class OverviewTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration CHECK_LATE = Duration.ofMinutes(1);

    private final List<Device> devices = new ArrayList<>(List.of(device("01", true)));
    private final List<Newest.Reading> readings = new ArrayList<>();
    private final List<Alert> inForce = new ArrayList<>();
    private final Map<SeriesName, Duration> usual = new HashMap<>();
    private HoldingThresholds thresholds = new HoldingThresholds(List.of());
    private Optional<Instant> checkedAt = Optional.of(NOW.minusSeconds(10));
    private Optional<Instant> asOf = Optional.of(NOW);
    private Optional<Instant> awaySince = Optional.empty();
    private Optional<Instant> brokerAway = Optional.empty();
    private Optional<Instant> bridgeWorked = Optional.of(NOW.minusSeconds(10));

    @Test
    void boardWithFreshReadingsThatWereCheckedIsFine() {
        reading("01", "soil_moisture", 48, Duration.ofMinutes(1));

        Overview overview = overview();

        assertThat(overview.cannotTell()).isEmpty();
        assertThat(overview.checkedAt()).isEqualTo(NOW.minusSeconds(10).toEpochMilli());
        assertThat(overview.boards())
                .containsExactly(new Overview.Board(
                        "01", null, null, "fine", NOW.minusSeconds(60).toEpochMilli(), List.of()));
        assertThat(overview.newest())
                .containsExactly(new Overview.Value(
                        "01", "soil_moisture", NOW.minusSeconds(60).toEpochMilli(), 48, true, false));
    }

    @ParameterizedTest
    @CsvSource({
        "60, 1200, fine",
        "60, 1201, silent",
        "300, 1200, fine",
        "300, 1201, silent",
        "480, 1920, fine",
        "480, 1921, silent",
        "3600, 14400, fine",
        "3600, 14401, silent",
        "-1, 1200, fine",
        "-1, 1201, silent"
    })
    void freshIsWithinTwentyMinutesOrFourTimesTheUsualInterval(long usualSeconds, long ago, String state) {
        if (usualSeconds >= 0) {
            usual.put(new SeriesName("rick", "01", "light"), Duration.ofSeconds(usualSeconds));
        }
        reading("01", "light", 48, Duration.ofSeconds(ago));

        assertThat(board("01").state()).isEqualTo(state);
    }

    @Test
    void boardIsHeardByAnyOfItsSensorsButASensorThatFellSilentIsNamed() {
        usual.put(new SeriesName("rick", "01", "light"), Duration.ofMinutes(1));
        usual.put(new SeriesName("rick", "01", "soil_moisture"), Duration.ofMinutes(1));
        usual.put(new SeriesName("rick", "01", "battery"), Duration.ofDays(1));
        reading("01", "light", 48, Duration.ofMinutes(1));
        reading("01", "soil_moisture", 48, Duration.ofHours(30));
        reading("01", "battery", 3.7, Duration.ofDays(3));
        reading("01", "new", 1, Duration.ofHours(3));

        assertThat(board("01"))
                .isEqualTo(new Overview.Board(
                        "01", null, null, "silent", NOW.minusSeconds(60).toEpochMilli(), List.of("soil_moisture")));
    }

    @Test
    void boardThatNeverSentIsWaitedForAndARevokedOneIsNot() {
        devices.add(device("02", false));
        devices.add(device("03", true));
        reading("01", "light", 48, Duration.ofMinutes(1));
        reading("02", "light", 48, Duration.ofMinutes(1));
        reading("imported", "light", 48, Duration.ofHours(30));

        assertThat(overview().boards())
                .extracting(Overview.Board::device, Overview.Board::state)
                .containsExactly(tuple("01", "fine"), tuple("03", "waiting"), tuple("imported", "silent"));
    }

    @Test
    void boardIsCalledAsItsOwnerSays() {
        devices.add(new Device(
                "rick", "01", Description.NONE.withName("Monstera").withPlace("台所"), true, Optional.empty()));

        assertThat(board("01")).isEqualTo(new Overview.Board("01", "Monstera", "台所", "waiting", null, List.of()));
    }

    @Test
    void nothingIsToldOfARevokedBoardButAnAlertOfOneThatIsSilentForLongIs() {
        devices.clear();
        devices.add(device("02", false));
        reading("02", "light", 48, Duration.ofMinutes(1));
        inForce.add(alert("02", "light", Level.CRIT));
        inForce.add(alert("imported", "light", Level.CRIT));

        assertThat(overview().boards())
                .extracting(Overview.Board::device, Overview.Board::state)
                .containsExactly(tuple("imported", "crit"));
        assertThat(overview().newest()).isEmpty();
        assertThat(overview().inForce()).extracting(AlertBody::device).containsExactly("imported");
    }

    @Test
    void nothingIsFineWhileTheReadingsAreNotAnswered() {
        reading("01", "light", 48, Duration.ofMinutes(1));
        asOf = Optional.of(NOW.minusSeconds(21));
        awaySince = Optional.of(NOW.minusSeconds(17));

        assertThat(overview().cannotTell())
                .containsExactly(
                        new Overview.Unknown("readings", NOW.minusSeconds(17).toEpochMilli()));
        assertThat(board("01").state()).isEqualTo("unknown");

        asOf = Optional.empty();
        readings.clear();
        checkedAt = Optional.empty();
        assertThat(overview().cannotTell()).extracting(Overview.Unknown::what).containsExactly("readings");
        assertThat(board("01").state()).isEqualTo("unknown");
    }

    @Test
    void nothingIsFineWhileTheCheckIsLateOrNeverRan() {
        reading("01", "light", 48, Duration.ofMinutes(1));
        checkedAt = Optional.of(NOW.minusSeconds(61));
        assertThat(overview().cannotTell())
                .containsExactly(
                        new Overview.Unknown("check", NOW.minusSeconds(61).toEpochMilli()));
        assertThat(board("01").state()).isEqualTo("unknown");

        checkedAt = Optional.empty();
        assertThat(overview().cannotTell()).containsExactly(new Overview.Unknown("check", null));
    }

    @Test
    void nothingIsFineWhileTheBrokerOrAllBridgesAreAway() {
        reading("01", "light", 48, Duration.ofMinutes(1));
        brokerAway = Optional.of(NOW.minusSeconds(5));
        bridgeWorked = Optional.of(NOW.minusSeconds(61));
        assertThat(overview().cannotTell())
                .containsExactly(
                        new Overview.Unknown("broker", NOW.minusSeconds(5).toEpochMilli()),
                        new Overview.Unknown("bridge", NOW.minusSeconds(61).toEpochMilli()));
        assertThat(board("01").state()).isEqualTo("unknown");

        brokerAway = Optional.empty();
        bridgeWorked = Optional.of(Instant.EPOCH);
        assertThat(overview().cannotTell()).containsExactly(new Overview.Unknown("bridge", null));
    }

    @Test
    void valuePastItsLimitIsNotFineBeforeItsAlertIsThere() {
        reading("01", "soil_moisture", 20, Duration.ZERO);
        assertThat(board("01").state()).isEqualTo("checking");
        assertThat(overview().newest().get(0).checking()).isTrue();

        inForce.add(alert("01", "soil_moisture", Level.CRIT));
        assertThat(board("01").state()).isEqualTo("crit");
        assertThat(overview().newest().get(0).checking()).isFalse();

        readings.clear();
        reading("01", "soil_moisture", 37, Duration.ZERO);
        assertThat(overview().newest().get(0).checking()).isFalse(); // within its hysteresis

        readings.clear();
        reading("01", "soil_moisture", 55, Duration.ZERO);
        assertThat(board("01").state()).isEqualTo("crit");
        assertThat(overview().newest().get(0).checking()).isTrue();
    }

    @Test
    void ownThresholdsHoldInThePlaceOfMoreGeneralOnes() {
        thresholds = new HoldingThresholds(List.of(
                ThresholdFields.parse(new Scope("rick", "*", "light"), Map.of("warn_below", 10.0)),
                ThresholdFields.parse(new Scope("rick", "02", "light"), Map.of("warn_below", 10.0, "enabled", false)),
                ThresholdFields.parse(new Scope("rick", "03", "light"), Map.of("warn_below", 2.0, "hysteresis", 1.0))));
        for (String board : List.of("01", "02", "03")) {
            reading(board, "light", 3, Duration.ZERO);
        }
        assertThat(overview().boards()).extracting(Overview.Board::state).containsExactly("checking", "fine", "fine");
        inForce.add(alert("03", "light", Level.WARN));
        assertThat(overview().newest().stream().filter(value -> value.device().equals("03")))
                .extracting(Overview.Value::checking)
                .containsExactly(false); // within its hysteresis
    }

    @Test
    void worstAlertOfABoardIsItsStateAlsoWhileNothingElseCanBeTold() {
        inForce.add(alert("01", "light", Level.WARN));
        inForce.add(alert("01", "status", Level.CRIT));
        asOf = Optional.empty();

        assertThat(board("01").state()).isEqualTo("crit");
        assertThat(overview().inForce()).hasSize(2);
    }

    private void reading(String board, String sensor, double value, Duration ago) {
        readings.add(new Newest.Reading(new SeriesName("rick", board, sensor), NOW.minus(ago), value));
    }

    private Overview overview() {
        return Overview.of(
                new Overview.Stored(devices, inForce, bridgeWorked),
                new Readings.View<>(
                        new Overview.Known(new Newest(readings, checkedAt), thresholds, usual), asOf, NOW, awaySince),
                brokerAway,
                CHECK_LATE,
                NOW);
    }

    private Overview.Board board(String name) {
        return overview().boards().stream()
                .filter(board -> board.device().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Device device(String name, boolean active) {
        return new Device("rick", name, Description.NONE, active, Optional.empty());
    }

    private static Alert alert(String board, String sensor, Level level) {
        return new Alert(
                board + sensor, "rick", board, sensor, level, Level.OK, OptionalDouble.of(1), "35", "told", 1, 1);
    }
}
