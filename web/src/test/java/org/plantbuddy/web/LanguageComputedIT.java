package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What scripts say and compute for somebody who reads German, and temperatures in °F. */
class LanguageComputedIT {

    /** 14:30 in Vienna, where the browser is. */
    private static final Instant NOW = Instant.parse("2026-05-20T12:30:00Z");

    private static Scripts scripts;

    @BeforeAll
    static void open() {
        scripts = Scripts.open("de-AT", "de", "F");
        scripts.page.clock().setFixedTime(NOW.toEpochMilli());
    }

    @AfterAll
    static void close() {
        scripts.close();
    }

    private static Object call(String script, String function, Object... arguments) {
        return scripts.page.evaluate(
                "async ([script, name, args]) => (await import(`/${script}`))[name](...args)",
                List.of(script, function, List.of(arguments)));
    }

    @Test
    void numbersTimesAndNamesAreGerman() {
        assertThat(call("words.js", "withUnit", "light", 12_000.5)).isEqualTo("12\u00a0000,5\u00a0lx");
        assertThat(call("words.js", "sensorName", "soil_moisture")).isEqualTo("Bodenfeuchte");
        assertThat(call("words.js", "sensorName", "my_own_thing")).isEqualTo("My own thing");
        assertThat(scripts.page.evaluate(
                        "async (ms) => (await import('/words.js')).age(Date.now() - ms)", 3 * 86_400_000))
                .isEqualTo("vor 3 Tagen");
        assertThat(scripts.page.evaluate("async () => (await import('/words.js')).shortTime(Date.now() - 86_400_000)"))
                .isEqualTo("19. Mai, 14:30");
    }

    @Test
    void formFollowsTheCount() {
        assertThat(call("text.js", "text", "plants.more", Map.of("count", 1))).isEqualTo("und 1 weitere");
        assertThat(call("text.js", "text", "page.title", Map.of("count", 1)))
                .isEqualTo("▲ 1 Pflanze braucht dich – Plant Buddy");
        assertThat(call("text.js", "text", "page.title", Map.of("count", 2)))
                .isEqualTo("▲ 2 Pflanzen brauchen dich – Plant Buddy");
    }

    @Test
    void temperaturesAndTheirLimitsAreOfTheReadersUnit() {
        Object answer = Map.of(
                "newest",
                        List.of(Map.of("sensor", "air_temp", "value", 21.5), Map.of("sensor", "light", "value", 21.5)),
                "series", List.of(Map.of("sensor", "soil_temp", "values", List.of(0, -40), "lowest", -40)),
                "inForce", List.of(Map.of("sensor", "air_temp", "threshold", "30", "value", 31)),
                "mine", List.of(Map.of("sensor", "air_temp", "crit_below", 5, "hysteresis", 1)));
        assertThat(call("temperature.js", "fromServer", answer))
                .isEqualTo(Map.of(
                        "newest",
                        List.of(Map.of("sensor", "air_temp", "value", 70.7), Map.of("sensor", "light", "value", 21.5)),
                        "series",
                        List.of(Map.of("sensor", "soil_temp", "values", List.of(32, -40), "lowest", -40)),
                        "inForce",
                        List.of(Map.of("sensor", "air_temp", "threshold", "86", "value", 87.8)),
                        "mine",
                        List.of(Map.of("sensor", "air_temp", "crit_below", 41, "hysteresis", 1.8))));
        assertThat(call("words.js", "withUnit", "air_temp", 70.7)).isEqualTo("70,7\u00a0°F");
    }

    @Test
    void whatIsTypedComesBackAsItWas() {
        Object typed = Map.of("sensor", "air_temp", "crit_above", 71.3, "hysteresis", 0.7);
        assertThat(call("temperature.js", "fromServer", call("temperature.js", "toServer", typed)))
                .isEqualTo(typed);
    }

    @Test
    void firingsOfALimitAreOfItsSensor() {
        assertThat(call("temperature.js", "fromServer", Map.of("first", List.of(Map.of("value", 10))), "air_temp"))
                .isEqualTo(Map.of("first", List.of(Map.of("value", 50))));
    }
}
