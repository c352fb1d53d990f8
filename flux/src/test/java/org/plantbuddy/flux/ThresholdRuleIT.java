package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.influxdb.query.FluxRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.flux.threshold.HoldingThresholds;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;

/** The rule of thresholds is there twice: in {@code check.flux}, which alerts, and in Java, which shows levels. */
class ThresholdRuleIT {

    private static final Duration TICK = Duration.ofSeconds(10);
    private static final double LEAST = 15;
    private static final double MOST = 45;

    /** Many are at a limit of the rules below, or as far from it as the hysteresis. */
    private static final double STEP = 0.5;

    /**
     * What users have set for a sensor.
     *
     * @param ofAllBoards fields of a threshold; empty where there is none
     * @param ofBoard of one for each board
     */
    private record Rules(String name, String sensor, Map<String, ?> ofAllBoards, Map<String, ?> ofBoard) {

        List<Threshold> thresholds(String user, String device) {
            List<Threshold> all = new ArrayList<>();
            Map.of(Scope.ALL_BOARDS, ofAllBoards, device, ofBoard).forEach((whose, fields) -> {
                if (!fields.isEmpty() && !fields.containsKey("removed")) {
                    all.add(ThresholdFields.parse(new Scope(user, whose, sensor), fields));
                }
            });
            return all;
        }

        List<String> lines(String user, String device, Instant time) {
            List<String> all = new ArrayList<>();
            Map.of(Scope.ALL_BOARDS, ofAllBoards, device, ofBoard).forEach((whose, fields) -> {
                if (!fields.isEmpty()) {
                    String text =
                            fields.entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
                    all.add(RealInflux.thresholdLine(user, whose, sensor, text, time));
                }
            });
            return all;
        }
    }

    private static final Map<String, ?> NONE = Map.of();
    private static final Map<String, ?> ALL =
            Map.of("crit_below", 20.0, "warn_below", 24.0, "warn_above", 32.0, "crit_above", 40.0, "hysteresis", 1.5);

    private static final List<Rules> RULES = List.of(
            new Rules("moisture-unset", "soil_moisture", NONE, NONE),
            new Rules("unset", "air_temp", NONE, NONE),
            new Rules("crit-below", "air_temp", Map.of("crit_below", 20.0), NONE),
            new Rules("warn-below", "air_temp", Map.of("warn_below", 20.0, "hysteresis", 2.0), NONE),
            new Rules("warn-above", "air_temp", Map.of("warn_above", 40.0), NONE),
            new Rules("crit-above", "air_temp", Map.of("crit_above", 40.0, "hysteresis", 2.0), NONE),
            new Rules("all", "air_temp", ALL, NONE),
            new Rules(
                    "equal",
                    "air_temp",
                    Map.of("crit_below", 20.0, "warn_below", 20.0, "warn_above", 40.0, "crit_above", 40.0),
                    NONE),
            new Rules("moisture-above", "soil_moisture", Map.of("warn_above", 40.0), NONE),
            new Rules("moisture-off", "soil_moisture", Map.of("crit_below", 30.0, "enabled", false), NONE),
            new Rules("moisture-removed", "soil_moisture", Map.of("crit_below", 30.0, "removed", true), NONE),
            new Rules("board", "air_temp", ALL, Map.of("crit_below", 30.0)),
            new Rules("board-off", "air_temp", ALL, Map.of("crit_below", 30.0, "enabled", false)),
            new Rules("board-on", "air_temp", Map.of("crit_below", 20.0, "enabled", false), Map.of("crit_above", 36.0)),
            new Rules("board-removed", "air_temp", ALL, Map.of("crit_below", 30.0, "removed", true)));

    @Test
    void checkAndJavaMakeTheSameLevelOfEveryReadingWhateverTheLevelBefore(@TempDir Path folder) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(1));
        List<String> settings = new ArrayList<>();
        List<String> readings = new ArrayList<>();
        Map<String, String> expected = new TreeMap<>();
        for (Rules rules : RULES) {
            for (Level before : List.of(Level.OK, Level.WARN, Level.CRIT)) {
                // Users of whom no board has a level in force are looked at in another way.
                String user = rules.name() + "-" + before.text();
                for (double value = LEAST; value <= MOST; value += STEP) {
                    String device = Long.toString(Math.round(value * 10));
                    SeriesName series = new SeriesName(user, device, rules.sensor());
                    HoldingThresholds holding = new HoldingThresholds(rules.thresholds(user, device));
                    expected.put(
                            user + " " + device,
                            holding.judge(series, before, value).text());
                    String tags = tags(user, device, rules.sensor());
                    settings.addAll(rules.lines(user, device, now));
                    if (before != Level.OK) {
                        settings.add("level," + tags + " level=\"" + before.text() + "\" 0");
                    }
                    readings.add(rules.sensor() + ",user=" + user + ",device_id=" + device + " reading=" + value + " "
                            + RealInflux.nanos(now.plusSeconds(5)));
                }
            }
        }
        assertThat(expected).containsValues("ok", "warn", "crit");

        FluxScript check = FluxScript.check(TICK);
        try (RealInflux influx = RealInflux.start(folder)) {
            influx.write("settings", settings);
            influx.run(check, now); // so that the thresholds are known
            influx.write("plantbuddy", readings);
            influx.run(check, now.plus(TICK));

            Map<String, String> levels = new TreeMap<>();
            String all = "from(bucket: \"settings\") |> range(start: 1970-01-01T00:00:00Z)"
                    + " |> filter(fn: (r) => r._measurement == \"level\") |> group()";
            for (FluxRecord row : influx.run(all, Instant.now())) {
                levels.put(row.getValueByKey("user") + " " + row.getValueByKey("device_id"), "" + row.getValue());
            }
            List<String> different = new ArrayList<>();
            expected.forEach((board, level) -> {
                String checked = levels.getOrDefault(board, "ok");
                if (!checked.equals(level)) {
                    different.add(board + ": " + checked + " by check.flux, " + level + " in Java");
                }
            });
            assertThat(different).isEmpty();
        }
    }

    private static String tags(String user, String device, String sensor) {
        return "user=" + user + ",device_id=" + device + ",sensor=" + sensor;
    }
}
