package org.plantbuddy.boards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusDecoderTest {

    private static final String TOPIC = "plantbuddy/rick/01/status";
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final long CONNECTED = 1_790_000_000_000_000_001L;
    private static final long SAID = 1_790_000_060_000_000_000L;

    private final StatusDecoder decoder = new StatusDecoder(Clock.fixed(NOW, ZoneOffset.UTC));

    private StatusReport decode(String topic, String payload, Optional<Long> said, Optional<Long> connected) {
        return ((Decoded.Status) decoded(topic, payload, said, connected)).report();
    }

    private Decoded decoded(String topic, String payload, Optional<Long> said, Optional<Long> connected) {
        return decoder.decode(
                new Message(topic, payload.getBytes(StandardCharsets.UTF_8), said, connected, Optional.empty()));
    }

    @Test
    void statusIsOfItsStampsAndAWillIsTheLastOfItsConnection() {
        assertThat(decode(TOPIC, "online\r\n", Optional.of(SAID), Optional.of(CONNECTED)))
                .isEqualTo(new StatusReport(
                        "rick", "01", BoardState.ONLINE, CONNECTED, SAID, Instant.ofEpochSecond(1_790_000_060)));
        assertThat(decode(TOPIC, "offline", Optional.empty(), Optional.of(CONNECTED)))
                .isEqualTo(new StatusReport("rick", "01", BoardState.OFFLINE, CONNECTED, StatusReport.AT_THE_END, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"online\0", "\ufeffonline", "\u00a0online\u200b\r\n"})
    void whatCannotBeSeenAroundTheWordIsTakenOff(String payload) {
        assertThat(decode(TOPIC, payload, Optional.of(SAID), Optional.of(CONNECTED))
                        .state())
                .isEqualTo(BoardState.ONLINE);
    }

    @Test
    void tasmotaSpellsItWithACapital() {
        assertThat(decode(TOPIC, "Online", Optional.of(SAID), Optional.of(CONNECTED))
                        .state())
                .isEqualTo(BoardState.ONLINE);
        assertThat(decode(TOPIC, "Offline", Optional.empty(), Optional.of(CONNECTED))
                        .state())
                .isEqualTo(BoardState.OFFLINE);
    }

    @Test
    void withoutTheStampOfTheConnectionItsOwnOrTheClockStandsInForIt() {
        assertThat(decode(TOPIC, "online", Optional.of(SAID), Optional.empty()).connectionNs())
                .isEqualTo(SAID);
        assertThat(decode(TOPIC, "offline", Optional.empty(), Optional.empty()).connectionNs())
                .isEqualTo(NOW.toEpochMilli() * 1_000_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ONLINE",
                "on line",
                "OOnline",
                "1",
                "{\"status\":\"online\"}",
                "\u0000online",
                "offline offline"
            })
    void anyOtherWordIsRefusedAndTheRuleNamed(String payload) {
        assertThat(decoded(TOPIC, payload, Optional.of(SAID), Optional.of(CONNECTED)))
                .isInstanceOfSatisfying(
                        Decoded.Refused.class,
                        refused -> assertThat(refused.text()).contains("must be 'online' or 'offline'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plantbuddy/rick/alerts/status",
                "plantbuddy/Rick/01/status",
                "plantbuddy/rick/status",
                "x/rick/01/status"
            })
    void topicOfNoBoardIsRefused(String topic) {
        assertThat(decoded(topic, "online", Optional.of(SAID), Optional.of(CONNECTED)))
                .isInstanceOfSatisfying(
                        Decoded.Refused.class,
                        refused -> assertThat(refused.text()).contains("is no board's status"));
    }
}
