package org.plantbuddy.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.Message;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.topic.Topics;

class TellingTest {

    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private final Telling telling = new Telling(new Decoder(Duration.ofDays(30), CLOCK), new StatusDecoder(CLOCK));

    @Test
    void readingHasTheTimeItIsStoredWith() {
        assertThat(told("plantbuddy/rick/01/soil_moisture", "036")).containsExactly(reading(36.0, NOW));
        assertThat(
                        told(
                                "plantbuddy/rick/01/soil_moisture",
                                "[{\"reading\":21.5,\"time\":\"2026-11-27T11:00:00Z\"},{\"reading\":\"ERR\"},{\"reading\":22}]"))
                .containsExactly(reading(21.5, NOW.minusSeconds(3_600)), reading(22.0, NOW));
    }

    private static Event reading(double value, Instant time) {
        return new Event(
                "reading",
                "{\"device\":\"01\",\"sensor\":\"soil_moisture\",\"value\":" + value + ",\"time\":"
                        + time.toEpochMilli() + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ERR", "12,5", "", "NaN", "{\"reading\":1,\"time\":\"2019-01-01T00:00:00Z\"}", "{", "\u0000"})
    void whatTheBridgeRefusesIsNoReading(String payload) {
        assertThat(told("plantbuddy/rick/01/soil_moisture", payload)).isEmpty();
    }

    @Test
    void boardThatSendsAllItKeptHasTheSeriesAskedForAnew() {
        String many = IntStream.range(0, 51)
                .mapToObj(i -> "{\"reading\":" + i + ",\"time\":" + (NOW.getEpochSecond() - i) + "}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(told("plantbuddy/rick/01/light", many)).containsExactly(new Event("reset", "{}"));
    }

    @Test
    void statusIsOfTheBoard() {
        assertThat(told("plantbuddy/rick/01/status", "Online"))
                .containsExactly(new Event(
                        "device", "{\"device\":\"01\",\"status\":\"online\",\"time\":" + NOW.toEpochMilli() + "}"));
        assertThat(told("plantbuddy/rick/01/status", "asleep")).isEmpty();
    }

    @Test
    void alertIsToldByWhatIsInForceAndItsEndByNothing() {
        String alert = "{\"id\":\"a\",\"user\":\"rick\",\"device\":\"01\",\"sensor\":\"light\",\"level\":\"crit\","
                + "\"previous_level\":\"ok\",\"value\":20.0,\"threshold\":\"crit at 35 or below\",\"message\":\"dry\","
                + "\"time\":\"2026-11-27T11:59:00Z\",\"status_time\":\"2026-11-27T12:00:00Z\"}";
        assertThat(told("plantbuddy/rick/alerts/01/light", alert))
                .containsExactly(new Event(
                        "alert",
                        "{\"device\":\"01\",\"sensor\":\"light\",\"level\":\"crit\",\"id\":\"a\",\"value\":20.0,"
                                + "\"threshold\":\"crit at 35 or below\",\"message\":\"dry\",\"time\":"
                                + NOW.toEpochMilli() + "}"));
        assertThat(told("plantbuddy/rick/alerts/01/status", ""))
                .containsExactly(new Event("alert", "{\"device\":\"01\",\"sensor\":\"status\",\"level\":\"ok\"}"));
        assertThat(told("plantbuddy/rick/alerts", alert)).as("told already").isEmpty();
    }

    @Test
    void refusalIsToldInOneLineWhateverThePayloadWas() {
        assertThat(told(
                        "plantbuddy/rick/rejected",
                        "{\"topic\":\"plantbuddy/rick/01/light\",\"payload\":\"12,5\\n\\ndata: x\",\"reason\":\"no number\","
                                + "\"time\":\"2026-11-27T12:00:00Z\",\"more\":{\"a\":1}}"))
                .containsExactly(new Event(
                        "refused",
                        "{\"topic\":\"plantbuddy/rick/01/light\",\"payload\":\"12,5\\n\\ndata: x\",\"reason\":\"no number\","
                                + "\"time\":" + NOW.toEpochMilli() + "}"));
    }

    @ParameterizedTest
    @CsvSource({
        "plantbuddy",
        "plantbuddy/rick",
        "plantbuddy/rick/01",
        "plantbuddy/rick/01/light/",
        "plantbuddy/rick/01/Light",
        "plantbuddy/rick/01/a/b",
        "plantbuddy/rick/rejected/01",
        "plantbuddy/rick/alerts/01",
        "plantbuddy/rick/homeassistant/sensor/01/config",
        "other/rick/01/light",
    })
    void whatIsNoBusinessOfThePageIsNotTold(String topic) {
        assertThat(told(topic, "5")).isEmpty();
    }

    private List<Event> told(String topic, String payload) {
        Map<String, String> properties = Map.of(Topics.RECEIVED_AT, NOW.toEpochMilli() + "000000");
        return telling.of(Message.of(
                topic, payload.getBytes(StandardCharsets.UTF_8), name -> Optional.ofNullable(properties.get(name))));
    }
}
