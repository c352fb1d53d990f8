package org.plantbuddy.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.topic.InvalidNameException;

class FluxScriptTest {

    private static final Duration TWO_DAYS = Duration.ofDays(2);

    private static LineQuery query(String user, Set<String> devices, Set<String> sensors) {
        return new LineQuery(user, devices, sensors, Instant.EPOCH, Instant.EPOCH.plus(TWO_DAYS), LineQuery.WINDOW);
    }

    @Test
    void windowsThatCannotBePutTogetherAreRefused() {
        LineQuery query = query("rick", Set.of(), Set.of());
        for (Duration step : List.of(Duration.ZERO, Duration.ofMinutes(15), Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> FluxScript.graph(query.in(step))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> query.from(query.stop())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query.in(Duration.ofMillis(1500))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesStandInTheOptionLine() {
        assertThat(FluxScript.graph(query("rick", Set.of("02", "01"), Set.of())).text())
                .contains(
                        "option plantbuddy = {user: \"rick\", start: 1970-01-01T00:00:00Z, stop: 1970-01-03T00:00:00Z,"
                                + " step: 600s}")
                .contains("filter(fn: (r) => r.device_id == \"01\" or r.device_id == \"02\")")
                .doesNotContain("$");
        assertThat(FluxScript.check(Duration.ofMinutes(1)).text())
                .contains("every: 60s}")
                .contains("option plantbuddy = {sensor: \"soil_moisture\", crit_below: 35.0, hysteresis: 2.0}");
        assertThat(FluxScript.notificationRule(URI.create("https://bridge.example/notify"))
                        .text())
                .contains("{notify_url: \"https://bridge.example/notify\"}");
        assertThat(FluxScript.backfill("rick", Instant.EPOCH, Instant.EPOCH.plus(TWO_DAYS))
                        .text())
                .contains(
                        "option backfill = {user: \"rick\", start: 1970-01-01T00:00:00Z, stop: 1970-01-03T00:00:00Z}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Rick", "rick\"", "${rick}", "rick\n", "rick\" or true or \"", "ríck", "*"})
    void nameThatCouldBeFluxIsRefused(String name) {
        assertThatThrownBy(() -> query(name, Set.of(), Set.of())).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> query("rick", Set.of(name), Set.of())).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> query("rick", Set.of(), Set.of(name))).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.backfill(name, Instant.EPOCH, Instant.MAX))
                .isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.thresholds(name)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.newest(name)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.usual(name)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.silences(name, "*", TWO_DAYS)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> FluxScript.preview("rick", "*", name, TWO_DAYS, TWO_DAYS))
                .isInstanceOf(InvalidNameException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://bridge/notify", "bridge:8081", "/notify", "http:notify"})
    void notificationUrlMustBeHttp(String url) {
        assertThatThrownBy(() -> FluxScript.notificationRule(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }

    @Test
    void dollarInTheUrlIsNoInterpolation() {
        assertThat(FluxScript.notificationRule(URI.create("http://bridge/notify?a=$b"))
                        .text())
                .contains("http://bridge/notify?a=%24b");
    }

    @Test
    void everyCheckRuleAndEndpointHasAnIdOfItsOwn() {
        Pattern id = Pattern.compile("_(?:check|notification_rule|notification_endpoint)_id: \"([0-9a-f]{16})\"");
        List<String> ids = FluxScript.tasks(Duration.ofSeconds(10), URI.create("http://127.0.0.1/notify")).stream()
                .flatMap(script -> id.matcher(script.text()).results())
                .map(found -> found.group(1))
                .toList();
        assertThat(ids).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void preludeStandsOnceInTheScriptsThatAskForItAfterAllImports() {
        for (FluxScript script : List.of(FluxScript.check(TWO_DAYS.dividedBy(48)), FluxScript.deadman())) {
            assertThat(script.text()).containsOnlyOnce("// ---- Times ----").doesNotContain("// prelude.flux");
            assertThat(script.text().lastIndexOf("\nimport "))
                    .isLessThan(script.text().indexOf("\noption task"));
            assertThat(script.text().lines().filter(line -> line.startsWith("import ")))
                    .doesNotHaveDuplicates();
        }
        assertThat(FluxScript.taskRuns().text()).doesNotContain("// ---- Times ----");
    }

    @Test
    void taskIsNamedAsItsScriptSays() {
        FluxScript.tasks(Duration.ofSeconds(10), URI.create("http://127.0.0.1/notify"))
                .forEach(script -> assertThat(script.text())
                        .startsWith("// ")
                        .contains("option task = {name: \"" + script.taskName() + "\", every: "));
    }
}
