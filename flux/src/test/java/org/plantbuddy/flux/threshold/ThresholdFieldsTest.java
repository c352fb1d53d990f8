package org.plantbuddy.flux.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.topic.InvalidNameException;

class ThresholdFieldsTest {

    private static final Scope MOISTURE = new Scope("rick", "*", "soil_moisture");
    private static final Scope STATUS = new Scope("rick", "01", "status");

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(MOISTURE, Map.of(), "at least one"),
                refused(MOISTURE, Map.of("enabled", false), "at least one"),
                refused(MOISTURE, Map.of("crit_below", 30, "warn_below", 20), "crit_below 30 must be at most"),
                refused(MOISTURE, Map.of("warn_below", 30, "warn_above", 30), "warn_below 30 must be less than"),
                refused(MOISTURE, Map.of("warn_above", 40, "crit_above", 39.5), "crit_above 39.5"),
                refused(MOISTURE, Map.of("crit_below", 50, "crit_above", 20), "crit_below 50 must be less than"),
                refused(MOISTURE, Map.of("crit_below", 20, "hysteresis", -1), "hysteresis -1"),
                refused(MOISTURE, Map.of("crit_below", 20, "crit_above", 30, "hysteresis", 5), "hysteresis 5"),
                refused(MOISTURE, Map.of("crit_below", Double.NaN), "crit_below NaN"),
                refused(MOISTURE, Map.of("crit_below", Double.NEGATIVE_INFINITY), "crit_below -Infinity"),
                refused(MOISTURE, Map.of("crit_above", 1e13), "1e12"),
                refused(MOISTURE, Map.of("crit_below", "20"), "crit_below must be a number"),
                refused(MOISTURE, Map.of("crit_below", 20, "enabled", "yes"), "enabled must be"),
                refused(MOISTURE, Map.of("crit_below", 20, "user", "anna"), "'user'"),
                refused(MOISTURE, Map.of("silent_after", 3600), "not for soil_moisture"),
                refused(STATUS, Map.of(), "needs silent_after"),
                refused(STATUS, Map.of("silent_after", 3600, "crit_below", 1), "no limits"),
                refused(STATUS, Map.of("silent_after", 59), "silent_after 59"),
                refused(STATUS, Map.of("silent_after", 604801), "604800"),
                refused(STATUS, Map.of("silent_after", 60.5), "whole seconds"),
                refused(STATUS, Map.of("silent_after", Double.NaN), "silent_after NaN"));
    }

    private static Arguments refused(Scope scope, Map<String, Object> fields, String says) {
        return Arguments.of(scope, fields, says);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCannotBeIsRefusedWithItsValueAndTheRule(Scope scope, Map<String, Object> fields, String says) {
        assertThatThrownBy(() -> ThresholdFields.parse(scope, fields))
                .isInstanceOf(BadThresholdException.class)
                .hasMessageContaining(says);
    }

    @Test
    void fieldsComeBackAsTheyWere() {
        Map<String, Object> limits = Map.of(
                "crit_below", 20.0, "warn_below", 20.0, "warn_above", 70.0, "hysteresis", 24.9, "enabled", false);
        assertThat(ThresholdFields.of(ThresholdFields.parse(MOISTURE, limits))).isEqualTo(limits);
        Map<String, Object> silence = Map.of("silent_after", 7200.0, "enabled", true);
        assertThat(ThresholdFields.of(ThresholdFields.parse(STATUS, silence))).isEqualTo(silence);
    }

    @Test
    void namesThatBreakTheirPatternAreNoScope() {
        assertThatThrownBy(() -> new Scope("rick", "\") |> drop(", "light")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Scope("*", "01", "light")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Scope("rick", "01", "*")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Scope("rick", "alerts", "light")).isInstanceOf(InvalidNameException.class);
    }
}
