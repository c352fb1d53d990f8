package org.plantbuddy.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                .hasMessageContaining("use small letters a-z, digits, _ and -")
                .hasMessageContaining("a<U+001B>[2J")
                .message()
                .doesNotContain("\u001b")
                .hasSizeLessThan(250);
    }

    @ParameterizedTest
    @CsvSource({
        "Monstera, monstera",
        "A4:CF:12:6B:0E:91, a4-cf-12-6b-0e-91",
        "my plant, my-plant",
        "my - plant!, my-plant",
        "größe, grosse",
        "GRÖẞE, grosse",
        "Żółw, zolw",
        "plant #2, plant-2",
        "_fern, fern",
        "alerts, alerts-1",
        "Rejected, rejected-1",
        "'', 01",
        "植物, 01",
        "' / ', 01",
        "abcdefghijabcdefghijabcdefghij-k-l, abcdefghijabcdefghijabcdefghij-k",
        "abcdefghijabcdefghijabcdefghija-kl, abcdefghijabcdefghijabcdefghija"
    })
    void whoGivesABoardAnotherNameIsToldOneNearToIt(String given, String told) {
        assertThatThrownBy(() -> Names.requireDevice(given)).hasMessageEndingWith("; try " + told);
        assertThat(Names.isDevice(told)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Soil-Moisture, soil_moisture",
        "soil moisture, soil_moisture",
        "18B20, s_18b20",
        "12345678901234567890123456789012, s_123456789012345678901234567890",
        "°C, c",
        "status, status_1",
        "'', soil_moisture"
    })
    void whoGivesASensorAnotherNameIsToldOneNearToIt(String given, String told) {
        assertThatThrownBy(() -> Names.requireSensor(given)).hasMessageEndingWith("; try " + told);
        assertThat(Names.isSensor(told)).isTrue();
    }

    @Test
    void systemsOwnUserIsNotWhatAnybodyIsToldToTry() {
        assertThatThrownBy(() -> Names.requireUser("Plantbuddy Canary"))
                .hasMessageEndingWith("; try plantbuddy-canary-1");
    }

    @Test
    void whateverIsGivenWhatIsToldIsAllowedAndNotAPattern() {
        Random random = new Random(5);
        for (int number = 0; number < 5_000; number++) {
            int[] characters = random.ints(random.nextInt(40), 0, number % 2 == 0 ? 0x80 : 0x11_0000)
                    .toArray();
            String given = new String(characters, 0, characters.length);
            String told = told(Names::requireUser, given);
            assertThat(Names.isUser(told)).as("%s → %s", given, told).isTrue();
            told = told(Names::requireDevice, given);
            assertThat(Names.isDevice(told)).as("%s → %s", given, told).isTrue();
            told = told(Names::requireSensor, given);
            assertThat(Names.isSensor(told)).as("%s → %s", given, told).isTrue();
        }
        assertThatThrownBy(() -> Names.requireDevice("x".repeat(65_536) + "\u0301".repeat(65_536)))
                .hasMessageEndingWith("; try " + "x".repeat(32));
    }

    /** The name that the message tells, or the one given where it is allowed. */
    private static String told(UnaryOperator<String> require, String given) {
        try {
            return require.apply(given);
        } catch (InvalidNameException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message).doesNotContain("{0,31}");
            return message.substring(message.lastIndexOf("; try ") + "; try ".length());
        }
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
