package org.plantbuddy.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"rick", "0", "a-b_c", "r2d2", "abcdefghijklmnopqrstuvwxyz012345"})
    void plainNamesAreAllowed(String name) {
        assertThat(Names.isUser(name)).isTrue();
        assertThat(Names.isDevice(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Rick",
                "-a",
                "_a",
                "a b",
                "a/b",
                "a+",
                "#",
                "+",
                "$bridge",
                "a\n",
                "a\0",
                "a,b=c",
                "a\"",
                "a'",
                "<b>",
                "é",
                "а",
                "١",
                "a\u200b",
                "abcdefghijklmnopqrstuvwxyz0123456"
            })
    void whatMeansSomethingInATopicATagOrAQueryIsNot(String name) {
        assertThat(Names.isUser(name)).isFalse();
        assertThat(Names.isDevice(name)).isFalse();
        assertThat(Names.isSensor(name)).isFalse();
    }

    @Test
    void reservedNamesAreNobodys() {
        assertThat(Names.isDevice("alerts")).isFalse();
        assertThat(Names.isDevice("rejected")).isFalse();
        assertThat(Names.isSensor("status")).isFalse();
        assertThat(Names.isSensor("0light")).isFalse();
        assertThat(Names.isSensor("soil-moisture")).isFalse();
        assertThat(Names.isSensor("soil_moisture")).isTrue();
    }

    @Test
    void messageNamesTheRuleAndWhatCannotBeSeen() {
        assertThatThrownBy(() -> Names.requireDevice("\ufeff01")).hasMessageContaining("'<U+FEFF>01'");
        assertThatThrownBy(() -> Names.requireUser("a\u001b[2J" + "x".repeat(100)))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("must match")
                .hasMessageContaining("a<U+001B>[2J")
                .message()
                .doesNotContain("\u001b")
                .hasSizeLessThan(200);
    }

    @Test
    void onlyAReadingsTopicNamesASeries() {
        assertThat(SeriesName.ofTopic("plantbuddy/rick/01/light")).contains(new SeriesName("rick", "01", "light"));
        for (String topic : new String[] {
            "",
            "plantbuddy/rick/01",
            "plantbuddy/rick/01/light/",
            "/plantbuddy/rick/01/light",
            "plantbuddy/rick//light",
            "plantbuddy/rick/01/status",
            "plantbuddy/rick/alerts/01",
            "plantbuddy/rick/+/light",
            "other/rick/01/light"
        }) {
            assertThat(SeriesName.ofTopic(topic)).as(topic).isEmpty();
        }
        assertThat(new SeriesName("rick", "01", "light").topic()).isEqualTo("plantbuddy/rick/01/light");
    }

    @Test
    void topicsAreMadeOfCheckedNamesOnly() {
        assertThat(Topics.alertInForce("rick", "01", "status")).isEqualTo("plantbuddy/rick/alerts/01/status");
        assertThat(Topics.alerts("rick")).isEqualTo("plantbuddy/rick/alerts");
        assertThatThrownBy(() -> Topics.alerts("+")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> Topics.allOf("#")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> Topics.alertInForce("rick", "01", "a/b")).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void theRulesAreTheseRegularExpressions() {
        String characters = "az09_-AZ /`{:@é";
        for (int length = 0; length <= 3; length++) {
            for (int number = 0; number < Math.pow(characters.length(), length); number++) {
                StringBuilder name = new StringBuilder();
                for (int rest = number; name.length() < length; rest /= characters.length()) {
                    name.append(characters.charAt(rest % characters.length()));
                }
                assertThat(Names.isUser(name.toString()))
                        .as(name.toString())
                        .isEqualTo(name.toString().matches("[a-z0-9][a-z0-9_-]{0,31}"));
                assertThat(Names.isSensor(name.toString()))
                        .as(name.toString())
                        .isEqualTo(name.toString().matches("[a-z][a-z0-9_]{0,31}"));
            }
        }
        assertThat(Names.isSensor("a".repeat(32))).isTrue();
        assertThat(Names.isSensor("a".repeat(33))).isFalse();
    }
}
