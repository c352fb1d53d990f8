package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page's scripts compute: each of their functions by itself, in a browser whose clock stands still. */
class ComputedIT {

    /** 14:30 in Vienna, where the browser is. */
    private static final Instant NOW = Instant.parse("2026-05-20T12:30:00Z");

    private static Scripts scripts;

    @BeforeAll
    static void open() {
        scripts = Scripts.open();
        scripts.page.clock().setFixedTime(NOW.toEpochMilli());
    }

    @AfterAll
    static void close() {
        scripts.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    36;            36
                    0.1;           0.1
                    -7.25;         -7.25
                    2000000.5;     2,000,000.5
                    0.000001;      0.000001
                    1.5e-9;        1.5E-9
                    123456789012345678; 1.23456789012346E17
                    0;             0
                    """)
    void numberIsWrittenWithAllOfItsDigits(double number, String text) {
        assertThat(call("words.js", "value", number)).isEqualTo(text);
    }

    @Test
    void noNumberIsADash() {
        assertThat(call("words.js", "value", (Object) null)).isEqualTo("–");
    }

    @ParameterizedTest
    @CsvSource({
        "0, just now, 0 s",
        "59, just now, 59 s",
        "60, 1 min ago, 0 min",
        "1259, 20 min ago, 20 min",
        "3599, 59 min ago, 50 min",
        "3600, 1 h ago, 1 h",
        "172799, 47 h ago, 47 h",
        "172800, 2 days ago, 2 days",
        "-30, just now, 0 s",
    })
    void ageIsToldInOneUnit(long seconds, String age, String about) {
        long then = NOW.minusSeconds(seconds).toEpochMilli();
        assertThat(call("words.js", "age", then)).isEqualTo(age);
        assertThat(call("words.js", "about", then)).as("by tens").isEqualTo(about);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    2026-05-20T12:29:00Z; 14:29;         14:29
                    2026-05-19T21:59:00Z; 19 May, 23:59; 23:59
                    """)
    void timeIsTheReadersAndHasItsDayWhereThatIsAnother(String time, String shown, String onTheAxis) {
        long ms = Instant.parse(time).toEpochMilli();
        assertThat(call("words.js", "shortTime", ms)).isEqualTo(shown);
        assertThat(call("words.js", "axisTime", ms)).isEqualTo(onTheAxis);
    }

    @Test
    void midnightNamesTheDayOnTheAxis() {
        long midnight = Instant.parse("2026-05-19T22:00:00Z").toEpochMilli();
        assertThat(call("words.js", "axisTime", midnight)).isEqualTo("Wed");
    }

    @ParameterizedTest
    @CsvSource({
        "soil_moisture, Soil moisture",
        "air_temp, Air temperature",
        "status, Connection",
        "my_own_thing, My own thing",
    })
    void sensorHasAName(String sensor, String name) {
        assertThat(call("words.js", "sensorName", sensor)).isEqualTo(name);
    }

    @Test
    void usualSensorsComeFirst() {
        Object sorted = scripts.page.evaluate(
                "async (names) => names.sort((await import('/words.js')).bySensor)",
                List.of("zinc", "soil_temp", "battery", "humidity", "soil_moisture", "light", "air_temp"));
        assertThat(sorted)
                .isEqualTo(List.of("soil_moisture", "light", "humidity", "air_temp", "soil_temp", "battery", "zinc"));
    }

    @Test
    void levelThatEndedWithoutALimitIsNoRecovery() {
        assertThat(call("words.js", "toldLevel", Map.of("level", "ok", "threshold", "")))
                .isEqualTo("ended");
        assertThat(call("words.js", "toldLevel", Map.of("level", "ok", "threshold", "35")))
                .isEqualTo("ok");
        assertThat(call("words.js", "toldLevel", Map.of("level", "panic", "threshold", "35")))
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "22.5, 22.5",
        "'22,5', 22.5",
        "' 7 ', 7",
        "−3, -3",
        "+.5, 0.5",
        "5., 5",
        "1e3, 1000",
        "'1,0000', 1",
        "'1,000', NaN",
        "'1,000.5', NaN",
        "1e400, NaN",
        "2 2, NaN",
        "wet, NaN",
        "0x10, NaN",
    })
    void textIsOneNumberOrNone(String text, double number) {
        assertThat(((Number) call("form.js", "typed", text)).doubleValue()).isEqualTo(Double.valueOf(number));
    }

    @Test
    void emptyTextIsNoLimit() {
        assertThat(call("form.js", "typed", "  ")).isNull();
    }

    @Test
    void thresholdIsToldInWords() {
        assertThat(call(
                        "thresholds.js",
                        "inWords",
                        Map.of("sensor", "ph", "crit_below", 5.5, "warn_above", 7, "hysteresis", 0.25)))
                .isEqualTo("Critical at 5.5 or below, warning at 7 or above, ends 0.25 past it");
        assertThat(call("thresholds.js", "inWords", Map.of("sensor", "status", "silent_after", 7200)))
                .isEqualTo("Critical when not heard for 2 h");
        assertThat(call("thresholds.js", "inWords", Map.of("sensor", "status", "silent_after", 5430)))
                .isEqualTo("Critical when not heard for 5430 s");
    }

    @Test
    void limitThatHoldsForSeveralBoardsIsDrawnOnce() {
        call("thresholds.js", "knowDefault", Map.of("sensor", "soil_moisture", "critBelow", 35, "hysteresis", 2));
        assertThat(call("thresholds.js", "limitsFor", "soil_moisture", List.of("01", "02")))
                .isEqualTo(List.of(Map.of("level", "crit", "below", true, "at", 35)));
        assertThat(call("thresholds.js", "limitsFor", "light", List.of("01"))).isEqualTo(List.of());
    }

    @Test
    void boardsThatAreFineAreSaidToBe() {
        assertThat(verdict(overview(List.of(), board("01", "fine"))))
                .isEqualTo("ok calm ✓ Your plant is within its limits.");
        assertThat(verdict(overview(List.of(), board("01", "fine"), board("02", "fine"))))
                .isEqualTo("ok calm ✓ All 2 plants within their limits.");
    }

    @Test
    void worstLevelIsShownAndEveryBoardIsCounted() {
        assertThat(verdict(overview(
                        List.of(),
                        board("01", "warn"),
                        board("02", "crit"),
                        board("03", "fine"),
                        board("04", "waiting"))))
                .isEqualTo("crit ▲ 2 plants need you, 1 plant fine, 04 has sent nothing yet.");
        assertThat(verdict(overview(List.of(), board("01", "silent"), board("02", "fine"))))
                .isEqualTo("warn ? 1 plant fine, 01 not heard for 2 h.");
    }

    @Test
    void whatCannotBeToldIsSaidBeforeAllElse() {
        long since = NOW.minusSeconds(600).toEpochMilli();
        assertThat(verdict(overview(
                        List.of(Map.of("what", "broker", "since", since)),
                        board("01", "fine"),
                        board("02", "waiting"))))
                .isEqualTo(
                        "warn ? Cannot tell right now: the broker has not answered since 14:20, no reading can arrive."
                                + " Before that: 02 has sent nothing yet.");
    }

    @Test
    void answerHoldsFortySecondsAndNoLongerThanTheServerAnswers() {
        Object fine = overview(List.of(), board("01", "fine"));
        long old = NOW.minusSeconds(41).toEpochMilli();
        assertThat(verdict(fine, old, false)).isEqualTo("warn ? Cannot tell right now: what you see is from 14:29.");
        assertThat(verdict(fine, old, true))
                .isEqualTo("warn ? Cannot tell right now: the server has not answered since 14:29, what you see is from"
                        + " then.");
        assertThat(verdict(null, 0, true)).isEqualTo("warn ? Cannot tell right now: the server has not answered.");
        assertThat(call("overview.js", "verdict", null, 0, false)).isNull();
    }

    @Test
    void chartGoesUpToTheNewestReading() {
        Object line = Map.of(
                "device",
                "01",
                "sensor",
                "light",
                "times",
                List.of(100),
                "values",
                List.of(5),
                "lowest",
                5,
                "highest",
                5);
        Object newest =
                Map.of("newest", List.of(Map.of("device", "01", "sensor", "light", "time", 200_000, "value", 9)));
        Map<?, ?> drawn = (Map<?, ?>) ((List<?>) call("overview.js", "withNewest", List.of(line), newest)).get(0);
        assertThat(drawn.get("times")).isEqualTo(List.of(100, 200));
        assertThat(drawn.get("values")).isEqualTo(List.of(5, 9));
        assertThat(drawn.get("lowest")).isEqualTo(5);
        assertThat(drawn.get("highest")).isEqualTo(9);
    }

    @Test
    void lineHasAGapWhereABoardWasSilent() {
        assertThat(call("charts.js", "withGaps", List.of(0, 600, 1200, 9000), List.of(1, 2, 3, 4)))
                .isEqualTo(List.of(List.of(0, 600, 1200, 1201, 9000), Arrays.asList(1, 2, 3, null, 4)));
        assertThat(call("charts.js", "withGaps", List.of(0, 2700), List.of(1, 2)))
                .as("45 minutes are no silence")
                .isEqualTo(List.of(List.of(0, 2700), List.of(1, 2)));
    }

    @Test
    void readingWithoutANeighbourIsADot() {
        assertThat(call("charts.js", "alone", Arrays.asList(1, null, 2, 3, null, 4)))
                .isEqualTo(List.of(0, 5));
    }

    @Test
    void limitFarFromTheReadingsDoesNotFlattenThem() {
        Object near = Map.of("at", 35, "below", true);
        Object far = Map.of("at", 5000, "below", false);
        assertThat(call("charts.js", "withLimits", 40, 50, List.of(near, far))).isEqualTo(List.of(35, 50));
        assertThat(call("charts.js", "withLimits", 6000, 6001, List.of(far)))
                .as("they are past it")
                .isEqualTo(List.of(5000, 6001));
    }

    @Test
    void axisBelowZeroIsForReadingsBelowZero() {
        assertThat(call("charts.js", "padded", 0, 10)).isEqualTo(List.of(0, 11));
        assertThat(call("charts.js", "padded", -10, 0)).isEqualTo(List.of(-11, 1));
        assertThat(call("charts.js", "padded", null, null)).isEqualTo(List.of(0, 1));
    }

    private static Map<String, Object> board(String device, String state) {
        return Map.of(
                "device",
                device,
                "state",
                state,
                "quiet",
                List.of(),
                "lastReading",
                NOW.minusSeconds(7200).toEpochMilli());
    }

    private static Map<String, Object> overview(List<?> cannotTell, Object... boards) {
        return Map.of("boards", List.of(boards), "newest", List.of(), "cannotTell", cannotTell);
    }

    private static String verdict(Object overview) {
        return verdict(overview, NOW.toEpochMilli(), false);
    }

    private static String verdict(@Nullable Object overview, long answered, boolean lost) {
        Map<?, ?> told = (Map<?, ?>) call("overview.js", "verdict", overview, answered, lost);
        return told.get("look") + " " + told.get("sign") + " " + told.get("text");
    }

    private static Object call(String script, String function, @Nullable Object... arguments) {
        try {
            // As text: Playwright takes no long, and makes undefined of null.
            return scripts.page.evaluate(
                    "async ([script, name, args]) => (await import(`/${script}`))[name](...JSON.parse(args))",
                    List.of(script, function, new ObjectMapper().writeValueAsString(arguments)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readingThatWasHeardIsTheNewestUntilTheServerKnowsANewerOne() {
        assertThat(heard(42, 1_000)).isEqualTo("42 false fine");
        assertThat(heard(20, 1_000)).as("past a limit: nobody has judged it").isEqualTo("20 true checking");
        assertThat(heard(42, -1_000)).as("older").isEqualTo("50 false fine");
        assertThat(heard(42, 1_000, 61_000))
                .as("not known to the server by now")
                .isEqualTo("50 false fine");
    }

    private static Object heard(double value, int later) {
        return heard(value, later, 0);
    }

    private static Object heard(double value, int later, int heardMsAgo) {
        return scripts.page.evaluate("""
                async ([value, later, ago]) => {
                  const { withHeard } = await import('/live.js');
                  const overview = {
                    newest: [{ device: '01', sensor: 'soil_moisture', time: 5_000, value: 50, fresh: true, checking: false }],
                    boards: [{ device: '01', state: 'fine', lastReading: 5_000 }],
                  };
                  const heard = [
                    { device: '01', sensor: 'soil_moisture', value, time: 5_000 + later, at: Date.now() - ago },
                    { device: 'unknown', sensor: 'soil_moisture', value: 1, time: 9_000, at: Date.now() },
                  ];
                  const limits = () => [{ level: 'crit', below: true, at: 35 }];
                  const { newest: [one], boards: [board] } = withHeard(overview, heard, limits);
                  return `${one.value} ${one.checking} ${board.state}`;
                }
                """, List.of(value, later, heardMsAgo));
    }

    @Test
    void lineGrowsByWhatComesLastAndIsAskedForOtherwise() {
        assertThat(line("soil_moisture", 100)).isEqualTo(List.of(List.of(10, 20, 100), List.of(1, 2, 7), 1, 7));
        assertThat(line("soil_moisture", 20 + 48 * 3600))
                .as("of 48 h")
                .isEqualTo(List.of(List.of(172_820), List.of(7), 1, 7));
        assertThat(line("soil_moisture", 20)).isNull();
        assertThat(line("light", 100)).isNull();
    }

    private static Object line(String sensor, int atS) {
        return scripts.page.evaluate("""
                async ([sensor, at]) => {
                  const { withPoint } = await import('/live.js');
                  const series = [{ device: '01', sensor: 'soil_moisture', times: [10, 20], values: [1, 2], lowest: 1, highest: 2 }];
                  const [line] = withPoint(series, { device: '01', sensor, value: 7, time: at * 1000 }) ?? [];
                  return line ? [line.times, line.values, line.lowest, line.highest] : null;
                }
                """, List.of(sensor, atS));
    }

    @Test
    void askedToTenTimesItIsDoneOnceAndThenOnceMore() {
        Object done = scripts.page.evaluate("""
                async () => {
                  const { calmly } = await import('/live.js');
                  let count = 0;
                  const work = calmly(() => count++, 50);
                  for (let i = 0; i < 10; i++) work();
                  await new Promise((over) => setTimeout(over, 20));
                  const first = count;
                  for (let i = 0; i < 10; i++) work();
                  await new Promise((over) => setTimeout(over, 200));
                  return [first, count];
                }
                """);
        assertThat(done).isEqualTo(List.of(1, 2));
    }
}
