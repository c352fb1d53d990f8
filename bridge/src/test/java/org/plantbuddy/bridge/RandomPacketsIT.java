package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.testing.Tried;

/**
 * Packets of MQTT 5 made up by chance, most of them valid, from one board that is signed in, at the real broker and bridge:
 * another user's readings pass, and nothing is stored or refused in another's name.
 *
 * <p>{@code -Dfuzz.seconds} says for how long, {@code -Dfuzz.seed} repeats what an earlier run sent.
 */
class RandomPacketsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PACKETS_A_CONNECTION = 20;
    private static final int CONNECTIONS_BETWEEN_READINGS = 25;
    private static final int[] LENGTHS = {0, 1, 3, 30, 300, 32_767, 32_768, 65_535};
    private static final List<String> TOPICS = List.of(
            "plantbuddy/rick/01/light",
            "plantbuddy/rick/01/soil_moisture",
            "plantbuddy/rick/01/status",
            "plantbuddy/rick/01",
            "plantbuddy/rick/01/light/",
            "/plantbuddy/rick/01/light",
            "plantbuddy/rick/01/sensor/soil/state",
            "plantbuddy/anna/01/light",
            "plantbuddy/rick/alerts",
            "plantbuddy/#",
            "$share/bridge/plantbuddy/+/+/+",
            "$SYS/x",
            "#",
            "");
    private static final List<String> PAYLOADS =
            List.of("36", "ERR", "online", "{\"reading\":21.5,\"time\":1}", "[{\"reading\":1},{\"reading\":2}]", "");
    private static final int[] HEADERS = {
        0x30, 0x32, 0x32, 0x32, 0x33, 0x34, 0x3A, 0x82, 0xA2, 0xC0, 0x40, 0x50, 0x62, 0x70, 0xF0, 0xE0
    };

    @TempDir
    static Path data;

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Tried tried = new Tried("packets");

    @Test
    void readingsOfOthersPassWhateverABoardSends() throws Exception {
        try (TestSystem system = new TestSystem(data)) {
            system.accounts.users().add("anna", "correct horse");
            String password = system.accounts.devices().add("anna", "01").password();
            try (Bridge bridge = Bridge.start(system.bridgeConfig(), system.accounts);
                    TestBoard anna = new TestBoard(system.mqtt(), "anna/01", password)) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
                List<Double> annas = throwAt(system, anna);
                tried.tell();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ofUser(system, "anna"))
                                .as("seed " + seed)
                                .extracting(FluxRecord::getValue)
                                .containsExactlyElementsOf(annas));
                assertThat(system.accounts.refusedReadings().newest("anna", 1)).isEmpty();
                await().atMost(SOON)
                        .untilAsserted(() ->
                                assertThat(bridge.problems()).as("seed " + seed).isEmpty());
            }
        }
    }

    private List<Double> throwAt(TestSystem system, TestBoard anna) throws Exception {
        List<Double> sent = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.seconds", 5));
        for (int i = 0; System.nanoTime() < end || sent.isEmpty(); i++) {
            connection(URI.create(system.mqtt()).getPort(), system.boardPassword);
            if (i % CONNECTIONS_BETWEEN_READINGS == 0) {
                double value = sent.size();
                anna.publish("plantbuddy/anna/01/light", Double.toString(value));
                sent.add(value);
            }
        }
        return sent;
    }

    private static List<FluxRecord> ofUser(TestSystem system, String user) throws IOException {
        return system.readings("light").stream()
                .filter(record -> user.equals(record.getValueByKey("user")))
                .toList();
    }

    private void connection(int port, String password) throws IOException {
        try (RawBoard board = random.nextInt(4) == 0
                ? RawBoard.connecting(port, "rick/01", password, topic(), properties(), blob())
                : RawBoard.connecting(port, "rick/01", password)) {
            tried.one();
            if (board.answer() == 0) {
                for (int i = random.nextInt(PACKETS_A_CONNECTION); i >= 0; i--) {
                    int header = HEADERS[random.nextInt(HEADERS.length)];
                    board.send(header, body -> body(header, body));
                    tried.one();
                }
            }
        } catch (IOException e) {
            // The broker ended the connection, which is its right.
        }
    }

    private void body(int header, DataOutputStream body) throws IOException {
        switch (header >>> 4) {
            case 3 -> {
                RawBoard.utf8(body, topic().getBytes(StandardCharsets.UTF_8));
                if ((header & 0x06) != 0) {
                    body.writeShort(1 + random.nextInt(5));
                }
                body.write(RawBoard.sized(properties()));
                body.write(blob());
            }
            case 8, 10 -> {
                body.writeShort(1 + random.nextInt(5));
                body.writeByte(0);
                RawBoard.utf8(body, topic().getBytes(StandardCharsets.UTF_8));
                if (header >>> 4 == 8) {
                    body.writeByte(random.nextInt(64));
                }
            }
            case 4, 5, 6, 7 -> body.writeShort(1 + random.nextInt(5));
            case 14, 15 -> {
                body.writeByte(random.nextInt(256));
                body.write(RawBoard.sized(properties()));
            }
            default -> {
                // a ping has none
            }
        }
    }

    /** Those of a PUBLISH, each as often as chance has it. */
    private byte[] properties() throws IOException {
        return RawBoard.bytes(data -> {
            for (int i = random.nextInt(4); i > 0; i--) {
                switch (random.nextInt(7)) {
                    case 0 -> data.write(new byte[] {0x01, (byte) random.nextInt(3)}); // payload format
                    case 1 -> {
                        data.writeByte(0x02); // expiry
                        data.writeInt(random.nextInt());
                    }
                    case 2 -> text(data, 0x03); // content type
                    case 3 -> text(data, 0x08); // response topic
                    case 4 -> {
                        data.writeByte(0x09); // correlation data
                        RawBoard.utf8(data, blob());
                    }
                    case 5 -> {
                        data.writeByte(0x23); // topic alias
                        data.writeShort(random.nextInt(12));
                    }
                    default -> {
                        text(data, 0x26); // user property
                        RawBoard.utf8(
                                data, TOPICS.get(random.nextInt(TOPICS.size())).getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        });
    }

    private void text(DataOutputStream data, int property) throws IOException {
        data.writeByte(property);
        String text = List.of("time", "received-at", "connected-at", "plantbuddy/rick/01/x", "ü")
                .get(random.nextInt(5));
        RawBoard.utf8(data, text.repeat(1 + random.nextInt(3)).getBytes(StandardCharsets.UTF_8));
    }

    private String topic() {
        return TOPICS.get(random.nextInt(TOPICS.size()));
    }

    private byte[] blob() {
        if (random.nextBoolean()) {
            return PAYLOADS.get(random.nextInt(PAYLOADS.size())).getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
        random.nextBytes(bytes);
        return bytes;
    }
}
