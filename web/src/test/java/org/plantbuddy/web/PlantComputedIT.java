package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts of a plant's page compute: each of their functions by itself, in a browser. */
class PlantComputedIT {

    private static Scripts scripts;

    @BeforeAll
    static void open() {
        scripts = Scripts.open();
    }

    @AfterAll
    static void close() {
        scripts.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        ?range=7d; range=7d
        ?range=3w; range=48h
        ''; range=48h
        ?from=soon; range=48h
        ?from=2026-01-01T00:00:00Z; from=2026-01-01T00:00:00.000Z
        ?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&range=7d; from=2026-01-01T00:00:00.000Z&to=2026-01-02T00:00:00.000Z
        ?range=__proto__; range=48h
        """)
    void addressNamesTheTime(String search, String question) {
        assertThat(scripts.page.evaluate(
                        "async (search) => { const { spanOf, questionOf } = await import('/plant.js');"
                                + " return questionOf(spanOf(search)); }",
                        search))
                .isEqualTo(question);
    }

    @Test
    void whatCameLaterHoldsFromItsFirstPointOn() {
        Map<String, Object> line = line(List.of(0, 600, 1200), Arrays.asList(1, 2, 3), 1, 3);
        Map<String, Object> later = line(List.of(1200, 1800), Arrays.asList(4, 0), 0, 4);
        Map<?, ?> joined =
                (Map<?, ?>) ((List<?>) call("/plant.js", "withLater", List.of(line), List.of(later), 600)).get(0);
        assertThat(joined.get("times")).isEqualTo(List.of(600, 1200, 1800));
        assertThat(joined.get("values")).isEqualTo(List.of(2, 4, 0));
        assertThat(joined.get("lowest")).isEqualTo(0);
        assertThat(joined.get("lowestAt")).isEqualTo(1200);
        assertThat(joined.get("highest")).isEqualTo(4);
        assertThat((List<?>) call("/plant.js", "withLater", List.of(), List.of(later), 0))
                .hasSize(1);
        assertThat(call("/plant.js", "withLater", List.of(line), List.of(), 0)).isEqualTo(List.of(line));
    }

    @Test
    void readingThatComesNextIsTheEndOfItsLine() {
        Map<String, Object> line = new HashMap<>(line(List.of(0, 600), Arrays.asList(1, 2), 1, 2));
        line.put("device", "01");
        line.put("decimals", 0);
        Map<?, ?> longer = withReading(List.of(line), 5.25, 1_200_000, 600);
        assertThat(longer.get("times")).isEqualTo(List.of(0, 600, 1200));
        assertThat(longer.get("max")).isEqualTo(List.of(1, 2, 5.25));
        assertThat(longer.get("highest")).isEqualTo(5.25);
        assertThat(longer.get("highestAt")).isEqualTo(1200);
        assertThat(longer.get("lowest")).isEqualTo(1);
        assertThat(longer.get("decimals")).isEqualTo(2);
        assertThat(withReading(List.of(longer), 3, 1_300_000, 600).get("times")).isEqualTo(List.of(0, 600, 1200, 1300));
        assertThat(withReading(List.of(longer), 3, 1_300_000, 1800).get("times"))
                .as("of long windows")
                .isEqualTo(List.of(0, 600, 1300));
        for (int ms : List.of(600_000, 3_600_000)) {
            assertThat(withReading(List.of(line), 3, ms, 600)).as("at " + ms).isEmpty();
        }
    }

    private static Map<?, ?> withReading(List<?> lines, double value, int time, int step) {
        Map<String, Object> reading = Map.of("device", "01", "sensor", "light", "value", value, "time", time);
        List<?> longer = (List<?>) scripts.page.evaluate(
                "async (args) => (await import('/plant.js')).withReading(...args) ?? [{}]",
                List.of(lines, reading, step));
        return (Map<?, ?>) longer.get(0);
    }

    @Test
    void timeBeforeNowGoesOn() {
        Map<String, Object> shown = Map.of("from", 100, "to", 200);
        assertThat(call("/plant.js", "movedOn", shown, Map.of("range", "24h"), 250))
                .isEqualTo(Map.of("from", 150, "to", 250));
        Map<String, Object> open = new HashMap<>();
        open.put("to", null);
        assertThat(call("/plant.js", "movedOn", shown, open, 250)).isEqualTo(Map.of("from", 100, "to", 250));
        assertThat(call("/plant.js", "movedOn", shown, Map.of("to", 200), 250)).isEqualTo(shown);
    }

    @Test
    void rowsOfTheTableAreWindowsTheNewestFirst() {
        Map<String, Object> one = line(List.of(0, 61, 62, 120), Arrays.asList(1, 2, 3, null), 1, 3);
        Map<String, Object> other = line(List.of(65), List.of(9), 9, 9);
        assertThat(call("/plant.js", "tableRows", List.of(one, other), 0))
                .isEqualTo(List.of(List.of(60, List.of(3, 9)), Arrays.asList(0, Arrays.asList(1, null))));
    }

    @Test
    void alertIsInForceFromItsChangeToTheNext() {
        List<Map<String, Object>> alerts = List.of(
                Map.of("level", "ok", "time", 50),
                Map.of("level", "crit", "time", 30),
                Map.of("level", "warn", "time", 10),
                Map.of("level", "crit", "time", 70));
        assertThat(call("/plantchart.js", "alertSpans", alerts, 100))
                .isEqualTo(List.of(
                        Map.of("level", "warn", "from", 10, "to", 30),
                        Map.of("level", "crit", "from", 30, "to", 50),
                        Map.of("level", "crit", "from", 70, "to", 100)));
        assertThat(call("/plantchart.js", "alertSpans", List.of(), 100)).isEqualTo(List.of());
        List<Map<String, Object>> ended = List.of(Map.of("level", "ok", "previousLevel", "warn", "time", 50));
        assertThat(call("/plantchart.js", "alertSpans", ended, 100, 20))
                .as("in force before this time began")
                .isEqualTo(List.of(Map.of("level", "warn", "from", 20, "to", 50)));
    }

    @Test
    void limitsAreAlwaysOnTheAxis() {
        List<?> range =
                (List<?>) call("/plantchart.js", "axisRange", 20, 21, List.of(Map.of("at", 35), Map.of("at", -500)));
        assertThat(((Number) range.get(0)).doubleValue()).isLessThan(-500);
        assertThat(((Number) range.get(1)).doubleValue()).isGreaterThan(35);
        assertThat(call("/plantchart.js", "axisRange", null, null, List.of())).isEqualTo(List.of(0, 1));
    }

    @ParameterizedTest
    @CsvSource({"100, 1", "101, 2", "40, 0.5", "7, 0.1", "0.4, 0.005", "12000, 200"})
    void limitMovesInStepsOfAHundredthOrSo(double axis, double step) {
        assertThat(((Number) call("/handles.js", "stepOf", axis)).doubleValue()).isEqualTo(step);
        assertThat(((Number) call("/handles.js", "stepped", 7 * step + step / 3, step)).doubleValue())
                .isCloseTo(7 * step, within(1e-12));
    }

    @Test
    void lowerLimitsStayBelowHigherOnes() {
        List<?> limits = List.of(
                Map.of("name", "crit_below", "below", true, "at", 20),
                Map.of("name", "warn_below", "below", true, "at", 30),
                Map.of("name", "warn_above", "below", false, "at", 60));
        assertThat(call("/handles.js", "boundsOf", limits, "crit_below", List.of(10, 70), 1))
                .isEqualTo(List.of(0, 30));
        assertThat(call("/handles.js", "boundsOf", limits, "warn_below", List.of(10, 70), 1))
                .isEqualTo(List.of(20, 59));
        assertThat(call("/handles.js", "boundsOf", limits, "warn_above", List.of(10, 70), 1))
                .isEqualTo(List.of(31, 130));
        assertThat(call("/handles.js", "boundsOf", limits, "crit_below", List.of(-10, 70), 1))
                .isEqualTo(List.of(-90, 30));
    }

    @Test
    void gapIsNeverWhatIsRead() {
        assertThat(call("/plantchart.js", "nearestPoint", Arrays.asList(1, null, null, 4), 2))
                .isEqualTo(3);
        assertThat(call("/plantchart.js", "nearestPoint", Arrays.asList(1, null, null, 4), 1))
                .isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        34;      soil_moisture; 0; false; 34 %
        34.25;   soil_moisture; 1; true;  34.25 %
        34;      air_temp;      1; false; 34.0 °C
        2000000; counter;       0; false; 2,000,000
        0.5;     battery;       3; true;  0.500 V
        """)
    void numberHasTheDigitsOfItsSensorAndItsUnit(
            double number, String sensor, int decimals, boolean mean, String text) {
        assertThat(call("/units.js", "measured", number, sensor, decimals, mean))
                .isEqualTo(text);
    }

    private static Map<String, Object> line(List<?> times, List<?> values, Object lowest, Object highest) {
        return Map.of(
                "sensor",
                "light",
                "times",
                times,
                "values",
                values,
                "min",
                values,
                "max",
                values,
                "lowest",
                lowest,
                "lowestAt",
                times.get(0),
                "highest",
                highest,
                "highestAt",
                times.get(0));
    }

    private static Object call(String module, String name, @Nullable Object... arguments) {
        return Objects.requireNonNull(scripts.page.evaluate(
                "async ([module, name, args]) => (await import(module))[name](...args)",
                Arrays.asList(module, name, Arrays.asList(arguments))));
    }
}
