package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** What cannot be stored, through a real broker and into a real InfluxDB: refused with its reason, and alone. */
class UnacceptableIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path data;

    private static TestSystem system;

    @BeforeAll
    static void start() throws Exception {
        system = new TestSystem(data);
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static Bridge ready(Config config) {
        Bridge bridge = Bridge.start(config, system.accounts);
        await().atMost(LONG).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
        return bridge;
    }

    /** A payload, and a part of the reason its owner must be told. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Bad(byte[] payload, String reason) {}

    private static List<Bad> badPayloads() {
        List<Bad> bad = new ArrayList<>();
        for (String text : List.of(
                "ERR",
                "NaN",
                "nan",
                "inf",
                "-Infinity",
                "ovf",
                "0x10",
                "0x1p3",
                "1,5",
                "1.5.2",
                "--1",
                "1 2",
                "36i",
                "1f",
                ".",
                "e5",
                "true",
                "null",
                "\"36\"",
                "٣٦",
                "light reading=1",
                "36\nlight,user=anna reading=1",
                "<b>36</b>",
                "36; drop table users",
                "9".repeat(65))) {
            bad.add(new Bad(bytes(text), "not a number"));
        }
        bad.add(new Bad(bytes(""), "is empty"));
        bad.add(new Bad(bytes(" \r\n"), "is empty"));
        bad.add(new Bad(bytes("1e999"), "not finite"));
        bad.add(new Bad(bytes("-1e999"), "not finite"));
        bad.add(new Bad(bytes("{"), "JSON"));
        bad.add(new Bad(bytes("{}"), "no member \"reading\""));
        bad.add(new Bad(bytes("{\"value\":1}"), "'value' is no member"));
        bad.add(new Bad(bytes("{\"reading\":\"36\"}"), "without quotes"));
        bad.add(new Bad(bytes("{\"reading\":{\"reading\":1}}"), "without quotes"));
        bad.add(new Bad(bytes("{\"reading\":1e999}"), "not finite"));
        bad.add(new Bad(bytes("{\"reading\":1,\"reading\":2}"), "uplicate"));
        bad.add(new Bad(bytes("{\"reading\":1}{\"reading\":2}"), "goes on after its end"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":\"yesterday\"}"), "is no time"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":\"2026-02-30T12:00:00Z\"}"), "is no time"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":\"2099-01-01T00:00:00Z\"}"), "min ahead"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":\"2001-01-01T00:00:00Z\"}"), "clock set?"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":-5}"), "clock set?"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":99999999999999999999999}"), "beyond the year 2262"));
        bad.add(new Bad(bytes("{\"reading\":1,\"time\":\"2024-01-01T00:00:00Z\"}"), "older than"));
        bad.add(new Bad(
                bytes("{\"reading\":1,\"time\":" + (Instant.now().getEpochSecond() - 946_684_800) + "}"),
                "add 946684800"));
        bad.add(new Bad(bytes("{\"reading\":1,\"when\":1}"), "'when' is no member"));
        bad.add(new Bad(bytes("{\"reading\":1,\"ts\":1,\"time\":1}"), "'time' and 'ts'"));
        bad.add(new Bad(bytes("3\ufeff6"), "'3<U+FEFF>6'"));
        bad.add(new Bad(bytes("[]"), "no reading in it"));
        bad.add(new Bad(bytes("[1]"), "not an object"));
        bad.add(new Bad(bytes("[[{\"reading\":1}]]"), "not an object"));
        bad.add(new Bad(bytes("[".repeat(30_000)), "JSON"));
        bad.add(new Bad(bytes("1".repeat(70 * 1024)), "at most 65536"));
        bad.add(new Bad(new byte[] {'3', (byte) 0xFF, '6'}, "not UTF-8"));
        bad.add(new Bad(new byte[] {(byte) 0xC0, (byte) 0xB1}, "not UTF-8"));
        return bad;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void everyBadPayloadIsRefusedWithItsReasonAndTheReadingsAroundItStored() throws Exception {
        List<Bad> bad = badPayloads();
        assertThat(bad).hasSizeGreaterThanOrEqualTo(40);
        try (Bridge bridge = ready(system.bridgeConfig());
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse");
                TestBoard board = system.board()) {
            assertThat(bridge.ready()).isTrue();
            rick.subscribe("plantbuddy/rick/rejected");
            int number = 0;
            for (Bad one : bad) {
                board.publish("plantbuddy/rick/01/light", one.payload());
                board.publish("plantbuddy/rick/01/light", Integer.toString(number++));
            }
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(rick.received).hasSameSizeAs(bad);
                assertThat(values("light")).hasSameSizeAs(bad);
            });
            assertThat(values("light"))
                    .containsExactlyElementsOf(
                            IntStream.range(0, number).mapToObj(i -> (double) i).toList());
            for (int i = 0; i < bad.size(); i++) {
                JsonNode refused = json(rick.received.get(i).payload());
                assertThat(refused.required("reason").asText())
                        .contains(bad.get(i).reason());
                assertThat(refused.required("topic").asText()).isEqualTo("plantbuddy/rick/01/light");
            }
            assertThat(system.accounts.refusedReadings().newest("rick", 100)).hasSameSizeAs(bad);
        }
    }

    /** The bridge is told of a longer retention than the bucket has, so that only InfluxDB knows the point is too old. */
    @Test
    void onePointThatInfluxDbDoesNotTakeAmongFiveThousandIsRefusedAlone() throws Exception {
        long first = Instant.now().getEpochSecond() - 5_000;
        try (Bridge bridge = ready(system.bridgeConfig().with(Map.of(Key.RAW_RETENTION, "0s")));
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse");
                TestBoard board = system.board()) {
            assertThat(bridge.ready()).isTrue();
            rick.subscribe("plantbuddy/rick/rejected");
            system.influxd().kill(); // the journal gathers all, and they are written as one batch
            for (int message = 0; message < 5; message++) {
                StringBuilder readings = new StringBuilder();
                for (int i = message * 1_000; i < (message + 1) * 1_000; i++) {
                    long time = i == 2_345 ? 1_600_000_000 : first + i;
                    readings.append(i % 1_000 == 0 ? "[" : ",").append("{\"reading\":" + i + ",\"time\":" + time + "}");
                }
                board.publish(
                        "plantbuddy/rick/01/humidity", readings.append(']').toString());
            }
            system.restartInfluxd();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(rick.received).isNotEmpty();
                assertThat(values("humidity")).hasSize(4_999);
            });
            assertThat(values("humidity")).doesNotHaveDuplicates().doesNotContain(2_345.0);
            assertThat(rick.received).hasSize(1);
            JsonNode refused = json(rick.received.get(0).payload());
            assertThat(refused.required("payload").asText()).contains("2345");
            assertThat(refused.required("reason").asText()).contains("InfluxDB").contains("retention");
        }
    }

    private static List<Object> values(String sensor) throws IOException {
        return system.readings(sensor).stream().map(FluxRecord::getValue).toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
