package org.plantbuddy.broker.arrival;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "x"})
    void longTextIsCutBetweenCharactersAndNotWithinOne(String before) {
        String cut = Properties.cut(before + "\uD83C\uDF31".repeat(100));
        assertThat(cut).endsWith("…").hasSizeBetween(128, 129);
        assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(cut);
    }
}
