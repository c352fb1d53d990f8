package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
        "soil_moisture, 34.5, 34.5\u00a0%",
        "humidity, 52, 52\u00a0%",
        "air_temp, -0.25, -0.25\u00a0°C",
        "soil_temp, 19, 19\u00a0°C",
        "light, 12000, '12,000\u00a0lx'",
        "battery, 3.718, 3.718\u00a0V",
        "my_own_thing, 7, 7",
    })
    void readingHasTheUnitOfItsSensor(String sensor, double number, String text) {
        assertThat(call("words.js", "withUnit", sensor, number)).isEqualTo(text);
    }

    @Test
    void noReadingHasNoUnit() {
        assertThat(call("words.js", "withUnit", "soil_moisture", null)).isEqualTo("–");
    }

    @ParameterizedTest
    @CsvSource({
        "0, just now, 0 s",
        "59, just now, 59 s",
        "60, 1 min ago, 1 min",
        "3599, 59 min ago, 59 min",
        "3600, 1 h ago, 1 h",
        "172799, 47 h ago, 47 h",
        "172800, 2 days ago, 2 days",
        "-30, just now, 0 s",
    })
    void ageIsToldInOneUnit(long seconds, String age, String lasted) {
        long then = NOW.minusSeconds(seconds).toEpochMilli();
        assertThat(call("words.js", "age", then)).isEqualTo(age);
        assertThat(call("words.js", "lasted", then)).isEqualTo(lasted);
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
        "'1,000', 1000",
        "'1,000.5', 1000.5",
        "'12,345,678', 12345678",
        "'1,00,0', NaN",
        "'1.000,5', NaN",
        "'-1,000', -1000",
        "1e400, NaN",
        "2 2, NaN",
        "wet, NaN",
        "0x10, NaN",
    })
    void textIsOneNumberOrNone(String text, double number) {
        assertThat(((Number) call("form.js", "typed", text)).doubleValue()).isEqualTo(Double.valueOf(number));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        de-DE; 22,5; 22.5
        de-DE; 22.5; 22.5
        de-DE; 1.000; 1000
        de-DE; 1.000,5; 1000.5
        de-DE; 1,000; 1
        en-US; 22,5; 22.5
        en-US; 1,000.5; 1000.5
        de-CH; 1’000.5; 1000.5
        """)
    void numberIsReadAsTheReadersLanguageWritesIt(String language, String text, double number) {
        try (BrowserContext reader =
                scripts.page.context().browser().newContext(new Browser.NewContextOptions().setLocale(language))) {
            Object read = Scripts.in(reader, language.substring(0, 2), "C")
                    .evaluate(
                            "async (text) => { const { typed, written } = await import('/form.js');"
                                    + " return [typed(text), typed(written(1234567.25))]; }",
                            text);
            assertThat(((List<?>) read)
                            .stream().map(one -> ((Number) one).doubleValue()).toList())
                    .isEqualTo(List.of(number, 1234567.25));
        }
    }

    @Test
    void emptyTextIsNoLimit() {
        assertThat(call("form.js", "typed", "  ")).isNull();
    }

    @Test
    void thresholdIsToldInWords() {
        assertThat(call(
                        "limits.js",
                        "inWords",
                        Map.of("sensor", "ph", "crit_below", 5.5, "warn_above", 7, "hysteresis", 0.25)))
                .isEqualTo(
                        "Too low: alert at 5.5 or below · Too high: warning at 7 or above · all clear when it is back by 0.25");
        assertThat(call("limits.js", "inWords", Map.of("sensor", "status", "silent_after", 7200)))
                .isEqualTo("Alert after 2 h without a reading");
        assertThat(call("limits.js", "inWords", Map.of("sensor", "status", "silent_after", 5430)))
                .isEqualTo("Alert after 5,430 s without a reading");
    }

    @Test
    void limitThatHoldsForSeveralBoardsIsDrawnOnce() {
        call("limits.js", "knowDefault", Map.of("sensor", "soil_moisture", "critBelow", 35, "hysteresis", 2));
        assertThat(call("limits.js", "limitsFor", "soil_moisture", List.of("01", "02")))
                .isEqualTo(List.of(Map.of("name", "crit_below", "level", "crit", "below", true, "at", 35)));
        assertThat(call("limits.js", "limitsFor", "light", List.of("01"))).isEqualTo(List.of());
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
                .isEqualTo("crit ▲ 2 of 4 plants need you.");
        assertThat(verdict(overview(List.of(), board("01", "warn"), board("02", "fine"))))
                .isEqualTo("warn ◆ 1 of 2 plants needs you.");
        assertThat(verdict(overview(List.of(), board("01", "crit")))).isEqualTo("crit ▲ Your plant needs you.");
        assertThat(verdict(overview(List.of(), board("01", "silent"), board("02", "fine"))))
                .isEqualTo("warn ? 1 of 2 plants is fine.");
        assertThat(verdict(overview(List.of(), board("01", "silent"), board("02", "checking"))))
                .isEqualTo("warn ? Nothing is known of your plants now.");
        assertThat(verdict(overview(List.of(), board("01", "checking"))))
                .isEqualTo("warn ? Your plant is being checked.");
    }

    @Test
    void whatCannotBeToldIsSaidBeforeAllElse() {
        long since = NOW.minusSeconds(600).toEpochMilli();
        assertThat(verdict(overview(
                        List.of(Map.of("what", "broker", "since", since)),
                        board("01", "fine"),
                        board("02", "waiting"))))
                .isEqualTo(
                        "warn ? Cannot tell right now: the broker has not answered since 14:20, no reading can arrive.");
    }

    @Test
    void rowsAreInOrderOfNeedAndSayWhatIsWrong() {
        Map<String, Object> overview = Map.of(
                "boards",
                List.of(
                        board("01", "fine"),
                        board("02", "silent"),
                        board("03", "waiting"),
                        board("04", "crit"),
                        board("05", "warn"),
                        board("06", "checking"),
                        quiet("07", "light")),
                "newest",
                List.of(
                        newest("01", "light", 300, true, false),
                        newest("01", "soil_moisture", 52, true, false),
                        newest("02", "soil_moisture", 60, false, false),
                        newest("04", "soil_moisture", 34, true, false),
                        newest("05", "air_temp", 30.5, true, false),
                        newest("06", "soil_moisture", 20, true, true),
                        newest("07", "soil_moisture", 50, true, false),
                        newest("07", "light", 1, false, false)),
                "inForce",
                List.of(
                        alert("05", "air_temp", "warn", 31, "30"),
                        alert("04", "humidity", "warn", 20, "25"),
                        alert("04", "soil_moisture", "crit", 33, "35")),
                "cannotTell",
                List.of());
        assertThat(rows(overview, true))
                .containsExactly(
                        "crit 04: 34\u00a0% · needs water, air too dry · limit 35\u00a0% · since 13:30",
                        "warn 05: Air temperature 30.5\u00a0°C · too warm · limit 30\u00a0°C · since 13:30",
                        "unknown 02: no reading for 2 h",
                        "unknown 03: no reading yet",
                        "unknown 06: 20\u00a0% · being checked",
                        "unknown 07: 50\u00a0% · no light for 2 h",
                        "ok 01: 52\u00a0%");
        assertThat(rows(overview, false)).as("an old answer").noneMatch(row -> row.startsWith("ok"));
    }

    @Test
    void silenceIsToldAsLongAsItHasLasted() {
        Map<String, Object> silent = Map.of(
                "boards",
                List.of(board("01", "crit")),
                "newest",
                List.of(newest("01", "soil_moisture", 50, false, false)),
                "inForce",
                List.of(alert("01", "status", "crit", 81, "60")),
                "cannotTell",
                List.of());
        assertThat(rows(silent, true)).containsExactly("crit 01: 50\u00a0% · no reading for 2 h");
    }

    @ParameterizedTest
    @CsvSource({
        "soil_moisture, 34, 35, needs water",
        "soil_moisture, 95, 90, too wet",
        "air_temp, 2, 5, too cold",
        "ph, 5, 5.5, ph too low",
        "ph, 9, 8, ph too high",
        "ph, 9, '', ph needs a look",
        "status, 81, 60, no reading",
    })
    void troubleIsToldInTheWordsOfPeople(String sensor, double value, String threshold, String words) {
        assertThat(call("alerts.js", "trouble", alert("01", sensor, "crit", value, threshold)))
                .isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "Monstera, monstera",
        "Größe Nr. 2, große-nr-2",
        "Ficus, ficus-2",
        "'  Óscar_1 ', oscar_1",
        "Alerts, alerts-2",
        "龟背竹, plant",
        "'', plant",
        "abcdefghijklmnopqrstuvwxyz0123456789, abcdefghijklmnopqrstuvwxyz012345",
        "abcdefghijklmnopqrstuvwxyz01234, abcdefghijklmnopqrstuvwxyz0123-2",
    })
    void addressIsNearToTheNameAndNobodyElses(String name, String address) {
        List<String> taken = List.of("ficus", "abcdefghijklmnopqrstuvwxyz01234");
        assertThat(call("add.js", "addressFor", name, taken))
                .isEqualTo(address.replace("ß", "ss").replace("ö", "o"));
    }

    @Test
    void whatComesOfANewBoardIsToldTheBestNewsFirst() {
        Map<String, Object> waits = Map.of("device", "01", "before", 1000, "refusedBefore", 1000);
        Object refused = List.of(
                Map.of("topic", "plantbuddy/rick/02/light", "reason", "another's", "time", 3000),
                Map.of("topic", "plantbuddy/rick/01/light", "reason", "no number", "time", 2000));
        Object denied = List.of(Map.of("reason", "a wrong password"));
        Object none = Map.of("newest", List.of());
        assertThat(progress(waits, none, List.of(), List.of())).isEqualTo("⏳ Waiting for its first reading …");
        assertThat(progress(waits, none, List.of(), denied)).isEqualTo("✕ Refused: a wrong password");
        assertThat(progress(waits, none, refused, denied)).isEqualTo("✕ Refused: no number");
        Object came = Map.of("newest", List.of(Map.of("device", "01", "sensor", "light", "time", 1001, "value", 7)));
        assertThat(progress(waits, came, refused, denied)).isEqualTo("✓ Light 7\u00a0lx");
        Object old = Map.of("newest", List.of(Map.of("device", "01", "sensor", "light", "time", 1000, "value", 7)));
        assertThat(progress(waits, old, List.of(), List.of())).startsWith("⏳");
    }

    private static String progress(Object shown, Object overview, Object refused, Object denied) {
        Map<?, ?> told = (Map<?, ?>) call("add.js", "progressOf", shown, overview, refused, denied);
        return String.valueOf(told.get("text"));
    }

    private static Map<String, Object> quiet(String device, String sensor) {
        Map<String, Object> board = new HashMap<>(board(device, "silent"));
        board.put("quiet", List.of(sensor));
        return board;
    }

    private static Map<String, Object> newest(
            String device, String sensor, double value, boolean fresh, boolean checking) {
        long time = NOW.minusSeconds(fresh ? 60 : 7200).toEpochMilli();
        return Map.of(
                "device", device, "sensor", sensor, "time", time, "value", value, "fresh", fresh, "checking", checking);
    }

    private static Map<String, Object> alert(
            String device, String sensor, String level, double value, String threshold) {
        long time = NOW.minusSeconds(3600).toEpochMilli();
        return Map.of(
                "device",
                device,
                "sensor",
                sensor,
                "level",
                level,
                "value",
                value,
                "threshold",
                threshold,
                "time",
                time);
    }

    private static List<String> rows(Object overview, boolean holds) {
        List<String> rows = new ArrayList<>();
        for (Object row : (List<?>) call("plants.js", "rowsOf", overview, holds)) {
            Map<?, ?> one = (Map<?, ?>) row;
            rows.add(one.get("level") + " " + one.get("device") + ": " + call("plants.js", "saying", row));
        }
        return rows;
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
