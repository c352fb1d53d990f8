package org.plantbuddy.bridge.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.reading.Level;

class NotificationDecoderTest {

    private static final String GOOD = "{\"user\":\"rick\",\"device\":\"01\",\"sensor\":\"soil_moisture\","
            + "\"level\":\"crit\",\"previous_level\":\"ok\",\"value\":20,\"threshold\":35,"
            + "\"message\":\"soil moisture at 20 on board 01 of rick\",\"time\":\"2026-11-24T00:00:00.000000001Z\","
            + "\"status_time\":\"2026-11-24T00:00:10.123456789Z\"}";

    @Test
    void everyFieldArrives() {
        Alert alert = change(GOOD);

        assertThat(alert.user()).isEqualTo("rick");
        assertThat(alert.device()).isEqualTo("01");
        assertThat(alert.sensor()).isEqualTo("soil_moisture");
        assertThat(alert.level()).isEqualTo(Level.CRIT);
        assertThat(alert.previousLevel()).isEqualTo(Level.OK);
        assertThat(alert.reading()).hasValue(20);
        assertThat(alert.threshold()).isEqualTo("35");
        assertThat(alert.message()).isEqualTo("soil moisture at 20 on board 01 of rick");
        assertThat(alert.timeNs()).isEqualTo(1_795_478_400_000_000_001L);
        assertThat(alert.statusTimeNs()).isEqualTo(1_795_478_410_123_456_789L);
    }

    @Test
    void idIsOfSeriesLevelAndStatusTimeAndOfNothingElse() {
        String id = change(GOOD).id();

        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(change(GOOD.replace(":20,", ":21,").replace("at 20", "at 21"))
                        .id())
                .isEqualTo(id);
        assertThat(change(GOOD.replace("10.123456789Z", "10.123456788Z")).id()).isNotEqualTo(id);
        assertThat(change(GOOD.replace("crit", "warn")).id()).isNotEqualTo(id);
        assertThat(change(GOOD.replace("\"01\"", "\"02\"")).id()).isNotEqualTo(id);
    }

    @Test
    void otherOffsetIsTheSameInstant() {
        assertThat(change(GOOD.replace("T00:00:10.123456789Z", "T02:00:10.123456789+02:00"))
                        .statusTimeNs())
                .isEqualTo(change(GOOD).statusTimeNs());
    }

    @Test
    void unknownFieldsAreInfluxDbsOwn() {
        assertThat(change(GOOD.replace("{", "{\"_notification_rule_id\":\"x\",\"extra\":{\"a\":[1]},")))
                .isEqualTo(change(GOOD));
    }

    @Test
    void silentBoardHasNoValue() {
        Alert alert = change(GOOD.replace("soil_moisture", "status").replace(":20,", ":null,"));

        assertThat(alert.sensor()).isEqualTo("status");
        assertThat(alert.reading()).isEmpty();
    }

    @Test
    void valueAndThresholdMayBeMissing() {
        Alert alert = change(GOOD.replace("\"value\":20,\"threshold\":35,", ""));

        assertThat(alert.reading()).isEmpty();
        assertThat(alert.threshold()).isEmpty();
        assertThat(change(GOOD.replace(":35,", ":null,")).threshold()).isEmpty();
    }

    @Test
    void textsAreCutAndFreedOfControlCharacters() {
        Alert alert = change(GOOD.replace("at 20 for", "\\u0000\\u001b[2J" + "x".repeat(3_000)));

        assertThat(alert.message())
                .hasSizeLessThanOrEqualTo(1_024)
                .doesNotContain("\0")
                .doesNotContain("\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{}",
                "{\"user\":",
                "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
            })
    void whatIsNoNotificationIsMalformed(String body) {
        assertThat(decode(body)).isInstanceOf(Decoded.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"user\":\"rick\" → \"user\":\"rick/#\"",
                "\"user\":\"rick\" → \"user\":\"+\"",
                "\"user\":\"rick\" → \"user\":\"$bridge\"",
                "\"user\":\"rick\" → \"user\":7",
                "\"user\":\"rick\", → ",
                "\"user\":\"rick\" → \"user\":\"rick\",\"user\":\"anna\"",
                "\"device\":\"01\" → \"device\":\"alerts\"",
                "\"device\":\"01\" → \"device\":\"\"",
                "\"sensor\":\"soil_moisture\" → \"sensor\":\"a/b\"",
                "\"level\":\"crit\" → \"level\":\"CRIT\"",
                "\"level\":\"crit\" → \"level\":\"unknown\"",
                "\"previous_level\":\"ok\" → \"previous_level\":\"fine\"",
                "\"value\":20 → \"value\":\"20\"",
                "\"value\":20 → \"value\":1e999",
                "\"value\":20 → \"value\":NaN",
                "\"threshold\":35 → \"threshold\":{}",
                "2026-11-24T00:00:10.123456789Z → yesterday",
                "2026-11-24T00:00:10.123456789Z → 9999-11-24T00:00:10Z",
                "2026-11-24T00:00:00.000000001Z → 2026-11-24",
            })
    void fieldThatIsWrongIsMalformed(String change) {
        String[] sides = change.split(" → ", -1);

        assertThat(GOOD).contains(sides[0]);
        assertThat(decode(GOOD.replace(sides[0], sides[1]))).isInstanceOf(Decoded.Malformed.class);
    }

    private static Alert change(String body) {
        return ((Decoded.Change) decode(body)).alert();
    }

    private static Decoded decode(String body) {
        return NotificationDecoder.decode(body.getBytes(StandardCharsets.UTF_8));
    }
}
