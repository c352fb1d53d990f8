package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever one board puts into a message, others' readings are stored meanwhile, on the connections the bridge has. Its MQTT
 * client dies of correlation data longer than 32,767 bytes, whose length it reads as a negative number.
 */
class PoisonMessageIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int[] LENGTHS = {0, 1, 32_767, 32_768, 65_535};

    private static final int PAYLOAD_FORMAT = 0x01;
    private static final int MESSAGE_EXPIRY = 0x02;
    private static final int CONTENT_TYPE = 0x03;
    private static final int RESPONSE_TOPIC = 0x08;
    private static final int CORRELATION_DATA = 0x09;
    private static final int SUBSCRIPTION_ID = 0x0B;
    private static final int WILL_DELAY = 0x18;
    private static final int TOPIC_ALIAS = 0x23;
    private static final int USER_PROPERTY = 0x26;

    /** Properties of so many bytes make a CONNECT that is too large for who has not signed in. */
    private static final int CONNECT_AT_MOST = 8_000;

    /** Packet too large; a broker that closes while the rest is still sent cuts its own answer off. */
    private static final Set<Integer> TOO_LARGE = Set.of(0x95, RawBoard.ENDED);

    @TempDir
    static Path data;

    private static TestSystem system;
    private static String annasPassword;
    private static Bridge bridge;

    @BeforeAll
    static void start() throws Exception {
        system = new TestSystem(data);
        system.accounts.users().add("anna", "correct horse");
        annasPassword = system.accounts.devices().add("anna", "01").password();
        bridge = Bridge.start(system.bridgeConfig(), system.accounts);
        await().atMost(SOON).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
    }

    @AfterAll
    static void stop() {
        bridge.close();
        system.close();
    }

    @Test
    void noPropertyOfAPublishHoldsUpTheReadingsOfOthers() throws Exception {
        List<Double> acknowledged = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        List<Double> annas = new ArrayList<>();
        try (TestBoard anna = new TestBoard(system.mqtt(), "anna/01", annasPassword)) {
            for (Map.Entry<String, byte[]> poison : poisons().entrySet()) {
                double number = annas.size();
                try (RawBoard rick = RawBoard.connecting(port(), "rick/01", system.boardPassword)) {
                    assertThat(rick.answer()).isZero();
                    rick.publish("plantbuddy/rick/01/light", poison.getValue(), payload(number));
                    int answer = rick.answer();
                    assertThat(answer).as(poison.getKey()).isIn(0, RawBoard.ENDED);
                    if (answer == 0) {
                        acknowledged.add(number);
                    } else {
                        ended.add(poison.getKey());
                    }
                }
                anna.publish("plantbuddy/anna/01/light", payload(number));
                annas.add(number);
            }
        }
        awaitReadings("anna", annas);
        awaitReadings("rick", acknowledged);
        assertThat(ended).as("what the broker itself takes for malformed").allMatch(PoisonMessageIT::isMalformed);
        assertThat(metrics()).contains("plantbuddy_mqtt_client_failures_total 0.0");
    }

    @Test
    void noPropertyOfAWillHoldsUpTheReadingsOfOthers() throws Exception {
        List<Double> annas = new ArrayList<>();
        try (TestBoard anna = new TestBoard(system.mqtt(), "anna/01", annasPassword)) {
            for (Map.Entry<String, byte[]> poison : wills().entrySet()) {
                try (RawBoard rick = RawBoard.connecting(
                        port(),
                        "rick/01",
                        system.boardPassword,
                        "plantbuddy/rick/01/status",
                        poison.getValue(),
                        "offline".getBytes(StandardCharsets.UTF_8))) {
                    int answer = rick.answer();
                    boolean large = poison.getValue().length >= CONNECT_AT_MOST;
                    boolean expected = large ? TOO_LARGE.contains(answer) : answer == 0;
                    assertThat(expected || isMalformed(poison.getKey()))
                            .as(poison.getKey() + " is answered with reason code " + answer)
                            .isTrue();
                }
                double number = annas.size();
                anna.publish("plantbuddy/anna/01/humidity", payload(number));
                annas.add(number);
            }
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(system.readings("humidity"))
                        .extracting(FluxRecord::getValue)
                        .containsExactlyElementsOf(annas));
        assertThat(metrics()).contains("plantbuddy_mqtt_client_failures_total 0.0");
    }

    private static boolean isMalformed(String poison) {
        return poison.startsWith("!");
    }

    /** By what they are; those that start with {@code !} the broker may take for malformed. */
    private static Map<String, byte[]> poisons() throws IOException {
        Map<String, byte[]> all = common();
        for (int alias : new int[] {0, 1, 65_535}) {
            add(all, (alias == 1 ? "" : "!") + "topic alias " + alias, data -> {
                data.writeByte(TOPIC_ALIAS);
                data.writeShort(alias);
            });
        }
        add(all, "!subscription id", data -> {
            data.writeByte(SUBSCRIPTION_ID);
            data.writeByte(1);
        });
        return all;
    }

    private static Map<String, byte[]> wills() throws IOException {
        Map<String, byte[]> all = common();
        for (int delay : new int[] {0, -1}) {
            add(all, "will delay " + delay, data -> {
                data.writeByte(WILL_DELAY);
                data.writeInt(delay);
            });
        }
        return all;
    }

    private static Map<String, byte[]> common() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int length : LENGTHS) {
            sized(all, "correlation data", CORRELATION_DATA, length);
            sized(all, "content type", CONTENT_TYPE, length);
            sized(all, (length == 0 || length > 256 ? "!" : "") + "response topic", RESPONSE_TOPIC, length);
            add(all, "value of " + length, data -> userProperty(data, "name", "v".repeat(length)));
            add(all, "name of " + length, data -> userProperty(data, "n".repeat(length), "value"));
            add(all, "name and value of " + length, data -> userProperty(data, "n".repeat(length), "v".repeat(length)));
        }
        add(all, "a thousand user properties", data -> {
            for (int i : IntStream.range(0, 1_000).toArray()) {
                userProperty(data, "name" + i, "value");
            }
        });
        add(all, "the broker's own stamps", data -> {
            userProperty(data, "received-at", "x".repeat(65_535));
            userProperty(data, "connected-at", "x".repeat(65_535));
        });
        for (int format : new int[] {0, 1, 2}) {
            add(all, (format > 1 ? "!" : "") + "payload format " + format, data -> {
                data.writeByte(PAYLOAD_FORMAT);
                data.writeByte(format);
            });
        }
        for (int expiry : new int[] {1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            add(all, "message expiry " + expiry, data -> {
                data.writeByte(MESSAGE_EXPIRY);
                data.writeInt(expiry);
            });
        }
        for (String character :
                List.of("\u0001", "\u001f", "\u007f", "\u0085", "\ufdd0", "\ufdef", "\uffff", "\ud83f\udffe")) {
            add(all, "!user property with U+" + Integer.toHexString(character.codePointAt(0)), data -> {
                userProperty(data, character, character);
            });
        }
        return all;
    }

    private static void sized(Map<String, byte[]> all, String name, int id, int length) throws IOException {
        add(all, name + " of " + length, data -> {
            data.writeByte(id);
            RawBoard.utf8(data, "x".repeat(length).getBytes(StandardCharsets.UTF_8));
        });
    }

    private static void userProperty(java.io.DataOutputStream data, String name, String value) throws IOException {
        data.writeByte(USER_PROPERTY);
        RawBoard.utf8(data, name.getBytes(StandardCharsets.UTF_8));
        RawBoard.utf8(data, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(Map<String, byte[]> all, String name, RawBoard.Part part) throws IOException {
        all.put(name, RawBoard.bytes(part));
    }

    private static byte[] payload(double number) {
        return Double.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private static int port() {
        return URI.create(system.mqtt()).getPort();
    }

    private static void awaitReadings(String user, List<Double> values) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(system.readings("light"))
                        .filteredOn(record -> user.equals(record.getValueByKey("user")))
                        .extracting(FluxRecord::getValue)
                        .containsExactlyElementsOf(values));
    }

    private static String metrics() throws Exception {
        return TestSystem.get(bridge.httpPort(), "/metrics").body();
    }
}
