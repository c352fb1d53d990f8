package org.plantbuddy.boards;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class DecoderTest {

    private static final SeriesName SERIES = new SeriesName("rick", "01", "light");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final long STAMP = NOW.getEpochSecond() * 1_000_000_000L + 7;
    private static final long NOON = NOW.getEpochSecond() * 1_000_000_000L;

    private final Decoder decoder =
            new Decoder(Duration.ofDays(30), Clock.fixed(NOW.plusSeconds(86_400), ZoneOffset.UTC));

    private List<Decoded> decode(byte[] payload, Optional<String> time) {
        return decoder.decode(SERIES, new Message(SERIES.topic(), payload, Optional.of(STAMP), Optional.empty(), time));
    }

    private List<Decoded> decode(String payload) {
        return decode(payload.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    private static Decoded accepted(double value, long timeNs) {
        return new Decoded.Accepted(new Reading(SERIES, timeNs, value, STAMP));
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of("36", 36.0),
                Arguments.of("036", 36.0),
                Arguments.of("21.5", 21.5),
                Arguments.of("-4", -4.0),
                Arguments.of("+4.25", 4.25),
                Arguments.of("0", 0.0),
                Arguments.of(".5", 0.5),
                Arguments.of("5.", 5.0),
                Arguments.of("1e3", 1000.0),
                Arguments.of("2.5E-3", 0.0025),
                Arguments.of(" 7 \r\n", 7.0),
                Arguments.of("1e308", 1e308),
                Arguments.of("{\"reading\":21.5}", 21.5),
                Arguments.of("{\"reading\":036}", 36.0),
                Arguments.of(" {\"unit\":\"C\",\"reading\":-1,\"id\":[{\"a\":1}]} ", -1.0));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numberTakesTheArrivalStamp(String payload, double value) {
        assertThat(decode(payload)).containsExactly(accepted(value, STAMP));
    }

    /** A value of 1 lies 2,000 ns after a whole second, 200 ns after a whole ms. */
    static Stream<Arguments> times() {
        return Stream.of(
                Arguments.of("1795521600", NOON + 2_000),
                Arguments.of("1795521600.25", NOON + 250_000_200),
                Arguments.of("1795521600000", NOON + 200),
                Arguments.of("1795521600000000", NOON),
                Arguments.of("1795521600000000001", NOON + 1),
                Arguments.of("\"1795521600\"", NOON + 2_000),
                Arguments.of("\"2026-11-24T12:00:00Z\"", NOON + 2_000),
                Arguments.of("\"2026-11-24t12:00:00.5z\"", NOON + 500_000_200),
                Arguments.of("\"2026-11-24 13:00:00+01:00\"", NOON + 2_000),
                Arguments.of("\"2026-11-24T13:00:00+0100\"", NOON + 2_000),
                Arguments.of("\"\ufeff2026-11-24T13:00:00.000000+0100\u200b\"", NOON),
                Arguments.of("\"2026-11-24T12:09:59Z\"", NOON + 599_000_002_000L),
                Arguments.of("\"2026-10-25T12:00:01Z\"", NOON - 2_591_999_000_000_000L + 2_000));
    }

    @ParameterizedTest
    @MethodSource("times")
    void timeIsToldApartByItsForm(String time, long timeNs) {
        assertThat(decode("{\"reading\":1,\"time\":" + time + "}")).containsExactly(accepted(1, timeNs));
        byte[] one = "1".getBytes(StandardCharsets.UTF_8);
        assertThat(decode(one, Optional.of(time.replace("\"", "")))).containsExactly(accepted(1, timeNs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "timestamp", "ts", "Time", "datetime"})
    void timeHasFiveNames(String name) {
        assertThat(decode("{\"unit\":\"%\",\"" + name + "\":1795521600000000,\"reading\":1,\"id\":{\"a\":[7]}}"))
                .containsExactly(accepted(1, NOON));
    }

    @Test
    void payloadTimeWinsOverPropertyAndPropertyOverStamp() {
        Optional<String> property = Optional.of("2026-11-24T11:00:00.000000Z");
        byte[] withTime = "{\"reading\":1,\"time\":1795521600000000}".getBytes(StandardCharsets.UTF_8);
        assertThat(decode(withTime, property)).containsExactly(accepted(1, NOON));
        assertThat(decode("1".getBytes(StandardCharsets.UTF_8), property))
                .containsExactly(accepted(1, NOON - 3_600_000_000_000L));
    }

    @Test
    void differentReadingsOfOneWholeSecondLieApartAndTheSameOnesDoNot() {
        List<Long> times = Stream.of("20", "20.5", "21", "20", "-20", "20.0")
                .map(value -> decode("{\"reading\":" + value + ",\"time\":1795521600}"))
                .map(decoded -> ((Decoded.Accepted) decoded.get(0)).reading().timeNs())
                .toList();
        assertThat(times).allMatch(time -> time >= NOON && time < NOON + 1_000_000_000);
        assertThat(times.subList(0, 5)).containsOnlyOnce(times.get(1), times.get(2), times.get(4));
        assertThat(times.get(0)).isEqualTo(times.get(3)).isEqualTo(times.get(5));
    }

    @Test
    void elementsWithoutTimeShareTheMessagesTimeWhereItLeavesRoom() {
        byte[] three = "[{\"reading\":1},{\"reading\":2},{\"reading\":1}]".getBytes(StandardCharsets.UTF_8);
        assertThat(decode(three, Optional.of("1795521600")))
                .containsExactly(accepted(1, NOON + 2_000), accepted(2, NOON + 4_000), accepted(1, NOON + 2_000));
        for (Optional<String> exact : List.of(Optional.of("1795521600000000"), Optional.<String>empty())) {
            assertThat(decode(three, exact))
                    .hasSize(3)
                    .filteredOn(Decoded.Refused.class::isInstance)
                    .hasSize(2)
                    .allSatisfy(refused ->
                            assertThat(((Decoded.Refused) refused).text()).contains("replace it"));
        }
    }

    static Stream<Arguments> invisible() {
        return Stream.of(
                        "\ufeff%s",
                        "%s\0", "%s\0\0\r\n", "\u00a0%s\u00a0", "\u200b%s\u200d", "\u202a%s\u202c", "\u3000%s")
                .flatMap(around -> Stream.of("36", "{\"reading\":36}", "[{\"reading\":36}]")
                        .map(payload -> Arguments.of(String.format(around, payload))));
    }

    @ParameterizedTest
    @MethodSource("invisible")
    void whatCannotBeSeenAroundAReadingIsTakenOff(String payload) {
        assertThat(decode(payload)).containsExactly(accepted(36, STAMP));
    }

    @Test
    void withoutAnyTimeItIsRefused() {
        Message message =
                new Message(SERIES.topic(), new byte[] {'1'}, Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(decoder.decode(SERIES, message))
                .singleElement()
                .isInstanceOfSatisfying(
                        Decoded.Refused.class,
                        refused -> assertThat(refused.text()).contains("has no time"));
    }

    @Test
    void arrayKeepsItsGoodElements() {
        String payload =
                "[{\"reading\":1,\"time\":1795521600000000},{\"reading\":\"2\"},{\"reading\":NaN,\"time\":1795521601},"
                        + "7,{\"reading\":4,\"time\":\"2099-01-01T00:00:00Z\"},{\"time\":1795521600},{\"reading\":5}]";
        List<Decoded> decoded = decode(payload);
        assertThat(decoded).hasSize(7).contains(accepted(1, NOON), accepted(5, STAMP));
        assertThat(decoded).filteredOn(Decoded.Refused.class::isInstance).hasSize(5);
    }

    @Test
    void elementsInFrontOfBrokenJsonAreTaken() {
        List<Decoded> decoded = decode("[{\"reading\":1,\"time\":1795521600000000},{\"reading\":nan},{\"reading\":3}]");
        assertThat(decoded).hasSize(2).startsWith(accepted(1, NOON));
        assertThat(((Decoded.Refused) decoded.get(1)).text()).contains("from element 1 on");
    }

    @Test
    void secondElementWithoutTimeWouldReplaceTheFirst() {
        List<Decoded> decoded = decode("[{\"reading\":1},{\"reading\":2}]");
        assertThat(decoded).startsWith(accepted(1, STAMP));
        assertThat(((Decoded.Refused) decoded.get(1)).reason()).isEqualTo(Reason.TIME);
    }

    static Stream<Arguments> badPayloads() {
        String deep = "[".repeat(30_000);
        return Stream.of(
                bad("", Reason.NOT_A_NUMBER, "is empty"),
                bad("  \n", Reason.NOT_A_NUMBER, "is empty"),
                bad("ERR", Reason.NOT_A_NUMBER, "'ERR' is not a number"),
                bad("NaN", Reason.NOT_A_NUMBER, "'NaN' is not a number"),
                bad("nan", Reason.NOT_A_NUMBER, "'nan'"),
                bad("inf", Reason.NOT_A_NUMBER, "'inf'"),
                bad("-Infinity", Reason.NOT_A_NUMBER, "'-Infinity'"),
                bad("ovf", Reason.NOT_A_NUMBER, "'ovf'"),
                bad("1e999", Reason.NOT_A_NUMBER, "is not finite"),
                bad("-1e999", Reason.NOT_A_NUMBER, "is not finite"),
                bad("0x10", Reason.NOT_A_NUMBER, "'0x10'"),
                bad("0x1p3", Reason.NOT_A_NUMBER, "'0x1p3'"),
                bad("1,5", Reason.NOT_A_NUMBER, "'1,5'"),
                bad("1.5.2", Reason.NOT_A_NUMBER, "'1.5.2'"),
                bad("--1", Reason.NOT_A_NUMBER, "'--1'"),
                bad("1 2", Reason.NOT_A_NUMBER, "'1 2'"),
                bad("36i", Reason.NOT_A_NUMBER, "'36i'"),
                bad("1f", Reason.NOT_A_NUMBER, "'1f'"),
                bad("1d", Reason.NOT_A_NUMBER, "'1d'"),
                bad(".", Reason.NOT_A_NUMBER, "'.'"),
                bad("e5", Reason.NOT_A_NUMBER, "'e5'"),
                bad("true", Reason.NOT_A_NUMBER, "'true'"),
                bad("null", Reason.NOT_A_NUMBER, "'null'"),
                bad("\"36\"", Reason.NOT_A_NUMBER, "'\"36\"'"),
                bad("٣٦", Reason.NOT_A_NUMBER, "is not a number"),
                bad("36\nlight,user=anna reading=1", Reason.NOT_A_NUMBER, "'36<U+000A>light,user=anna reading=1'"),
                bad("9".repeat(65), Reason.NOT_A_NUMBER, "is not a number"),
                bad("light reading=1", Reason.NOT_A_NUMBER, "'light reading=1'"),
                bad("{", Reason.JSON, "is not the JSON"),
                bad("{}", Reason.JSON, "no member \"reading\""),
                bad("{\"value\":1}", Reason.JSON, "'value' is no member of a reading"),
                bad(
                        "{\"reading\":1,\"when\":1795521600}",
                        Reason.JSON,
                        "'when' is no member of a reading: it has \"reading\""),
                bad(
                        "{\"reading\":1,\"TIME\":1795521600}",
                        Reason.JSON,
                        "\"timestamp\", \"ts\", \"Time\", \"datetime\""),
                bad("{\"reading\":1,\"\\u200btime\":1}", Reason.JSON, "'<U+200B>time' is no member"),
                bad("{\"reading\":1,\"time\":1795521600,\"ts\":1795521600}", Reason.TIME, "'time' and 'ts'"),
                bad("{\"reading\":1,\"ts\":1,\"ts\":2}", Reason.JSON, "uplicate"),
                bad("{\"reading\":1,\"id\":1,\"id\":1}", Reason.JSON, "uplicate"),
                bad("{\"reading\":1,\"id\":{\"a\":1,\"a\":1}}", Reason.JSON, "uplicate"),
                bad("3\u200b6", Reason.NOT_A_NUMBER, "'3<U+200B>6' is not a number"),
                bad("\00036", Reason.NOT_A_NUMBER, "'<U+0000>36' is not a number"),
                bad("6" + "\0".repeat(1_000) + "6", Reason.NOT_A_NUMBER, "<U+0000>…' is not a number"),
                bad("\ufeff\0", Reason.NOT_A_NUMBER, "is empty"),
                bad("{\"reading\":\"36\"}", Reason.NOT_A_NUMBER, "without quotes"),
                bad("{\"reading\":null}", Reason.NOT_A_NUMBER, "'null'"),
                bad("{\"reading\":true}", Reason.NOT_A_NUMBER, "'true'"),
                bad("{\"reading\":[1]}", Reason.NOT_A_NUMBER, "without quotes"),
                bad("{\"reading\":{\"reading\":1}}", Reason.NOT_A_NUMBER, "without quotes"),
                bad("{\"reading\":NaN}", Reason.NOT_A_NUMBER, "'NaN'"),
                bad("{\"reading\":1e999}", Reason.NOT_A_NUMBER, "is not finite"),
                bad("{\"reading\":1,\"reading\":2}", Reason.JSON, "uplicate"),
                bad("{\"reading\":1}{\"reading\":2}", Reason.JSON, "goes on after its end"),
                bad("{\"reading\":1,\"time\":null}", Reason.TIME, "must be a text or a number"),
                bad("{\"reading\":1,\"time\":\"yesterday\"}", Reason.TIME, "'yesterday' is no time"),
                bad("{\"reading\":1,\"time\":\"2026-11-24T12:00:00\"}", Reason.TIME, "with a zone"),
                bad("{\"reading\":1,\"time\":\"2026-02-30T12:00:00Z\"}", Reason.TIME, "is no time"),
                bad("{\"reading\":1,\"time\":\"2099-01-01T00:00:00Z\"}", Reason.TIME, "10 min ahead"),
                bad("{\"reading\":1,\"time\":\"2026-11-24T12:10:01Z\"}", Reason.TIME, "10 min ahead"),
                bad("{\"reading\":1,\"time\":\"2001-01-01T00:00:00Z\"}", Reason.TIME, "is this board's clock set?"),
                bad("{\"reading\":1,\"time\":\"+999999999-01-01T00:00:00Z\"}", Reason.TIME, "is no time"),
                bad("{\"reading\":1,\"time\":-5}", Reason.TIME, "is this board's clock set?"),
                bad("{\"reading\":1,\"time\":842}", Reason.TIME, "is this board's clock set?"),
                bad("{\"reading\":1,\"time\":848836800}", Reason.TIME, "add 946684800"),
                bad("{\"reading\":1,\"time\":848837390123}", Reason.TIME, "add 946684800"),
                bad("{\"reading\":1,\"time\":1577836800}", Reason.TIME, "older than the 720 h"),
                bad("{\"reading\":1,\"time\":\"2026-10-25T11:59:59Z\"}", Reason.TIME, "older than the 720 h"),
                bad("{\"reading\":1,\"time\":99999999999999999999999}", Reason.TIME, "beyond the year 2262"),
                bad("{\"reading\":1,\"time\":1e999999999}", Reason.TIME, "is no time"),
                bad("[]", Reason.JSON, "no reading in it"),
                bad("[1]", Reason.JSON, "'1' is not an object"),
                bad("[[{\"reading\":1}]]", Reason.JSON, "is not an object"),
                bad("[{\"reading\":1}", Reason.JSON, "from element 1 on"),
                bad(deep, Reason.JSON, "is not the JSON"),
                bad("{\"reading\":1,\"a\":" + deep, Reason.JSON, "is not the JSON"),
                bad("1".repeat(70 * 1024), Reason.TOO_LARGE, "at most 65536"));
    }

    private static Arguments bad(String payload, Reason reason, String text) {
        return Arguments.of(payload, reason, text);
    }

    @ParameterizedTest
    @MethodSource("badPayloads")
    void badPayloadIsRefusedNamingValueAndRule(String payload, Reason reason, String text) {
        List<Decoded> decoded = decode(payload);
        assertThat(decoded.get(decoded.size() - 1)).isInstanceOfSatisfying(Decoded.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.text()).contains(text).hasSizeLessThan(600);
        });
    }

    @Test
    void objectThatSomethingFollowsIsRefusedAsAWhole() {
        for (String payload : List.of("{\"reading\":1}{\"reading\":2}", "{\"reading\":1} x", "{\"reading\":1}]")) {
            assertThat(decode(payload))
                    .as(payload)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Decoded.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.JSON));
        }
    }

    @Test
    void badUtf8IsRefused() {
        for (byte[] payload : new byte[][] {
            {(byte) 0xff}, {'3', (byte) 0xc3}, {(byte) 0xc0, (byte) 0x80}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}
        }) {
            assertThat(decode(payload, Optional.empty()))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Decoded.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.NOT_UTF8));
        }
    }

    @Test
    void redeliveryDecodesToTheSame() {
        for (String payload : List.of("1", "ERR", "{\"reading\":1,\"time\":\"2026-11-24T12:10:01Z\"}")) {
            assertThat(decode(payload)).isEqualTo(decode(payload));
        }
    }
}
