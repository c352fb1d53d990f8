package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.services.Services;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.hivemq.Entrance;
import org.plantbuddy.config.Key;

/** What a connection may cost before anybody has signed in on it. */
class EntranceIT {

    private static final String CONNECTIONS = "com.hivemq.networking.connections.current";
    private static final int SILENT = 5;
    private static final int OF_ADDRESS = 20;
    private static final int ALL = 40;
    private static final byte[] LARGE_CONNECT = {0x10, (byte) 0x80, 0x7F, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60};

    @TempDir
    static Path data;

    private static TestBroker broker;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        broker = new TestBroker(
                data,
                Map.of(
                        Key.MQTT_SOCKETS, Integer.toString(ALL),
                        Key.MQTT_SOCKETS_OF_ADDRESS, Integer.toString(OF_ADDRESS),
                        Key.MQTT_SOCKETS_SILENT, Integer.toString(SILENT),
                        Key.MQTT_CONNECT_WITHIN, "3s"));
        // The listener is guarded from a moment after it opens.
        await().until(() -> {
            try (RawClient silent = new RawClient(broker.port())) {
                silent.send(LARGE_CONNECT);
                return silent.isEndedSoon() && broker.denied(Denial.CONNECT_TOO_LARGE) > 0;
            }
        });
    }

    @AfterEach
    void leave() throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
        await().until(() ->
                Services.metricRegistry().getGauges((name, gauge) -> name.equals(CONNECTIONS)).values().stream()
                        .allMatch(gauge -> gauge.getValue().equals(0)));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void whoSaysNothingKeepsNobodyOut() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        for (int i = 0; i < 2 * SILENT; i++) {
            silent.add(from("127.0.0.2"));
        }
        assertThat(silent.get(0).isEnded()).isTrue();
        assertThat(broker.denied(Denial.TOO_MANY_SOCKETS)).isPositive();
        assertThat(from("127.0.0.2").connect("rick", Site.PASSWORD)).isZero();
        RawClient first = from("127.0.0.3");
        assertThat(first.connect("rick/01", broker.rickBoard)).isZero();
        for (int i = 0; i < 2 * SILENT; i++) {
            from("127.0.0.3");
        }
        first.ping();
        assertThat(first.next()).as("one that is signed in stays").isEqualTo(RawClient.PINGRESP);
    }

    @Test
    void anAddressHasNoMoreThanItsShareAndAllTogetherNoMoreThanThereAre() throws Exception {
        signIn("127.0.0.4", OF_ADDRESS, "rick/01", broker.rickBoard);
        long before = broker.denied(Denial.TOO_MANY_SOCKETS);
        assertThat(from("127.0.0.4").isEnded()).isTrue();
        assertThat(broker.denied(Denial.TOO_MANY_SOCKETS))
                .as("not for saying nothing")
                .isEqualTo(before + 1);
        signIn("127.0.0.5", ALL - OF_ADDRESS, "anna/01", broker.annaBoard);
        assertThat(from("127.0.0.6").isEnded()).as("all there may be").isTrue();
        assertThat(broker.denied(Denial.TOO_MANY_SOCKETS)).isEqualTo(before + 2);
        clients.get(0).end();
        await().untilAsserted(() ->
                assertThat(from("127.0.0.6").connect("rick", Site.PASSWORD)).isZero());
    }

    @Test
    void anAddressThatOpensOneAfterTheOtherIsNotAnsweredForAWhileAndOthersAre() throws Exception {
        long before = broker.denied(Denial.TOO_MANY_SOCKETS);
        for (int i = 0; i < 2 * OF_ADDRESS; i++) {
            from("127.0.0.8").close();
        }
        await().until(() -> broker.denied(Denial.TOO_MANY_SOCKETS) > before);
        assertThat(from("127.0.0.8").isEnded()).isTrue();
        assertThat(from("127.0.0.9").connect("rick", Site.PASSWORD)).isZero();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(from("127.0.0.8").connect("rick", Site.PASSWORD))
                        .isZero());
    }

    private void signIn(String address, int count, String username, String password) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(from(address).clientId(address + i).connect(username, password))
                    .isZero();
        }
    }

    @Test
    void aConnectThatIsLargeOrDribblesIsRefusedAndAfterItMessagesMayBeLarge() throws Exception {
        long before = broker.denied(Denial.CONNECT_TOO_LARGE);
        RawClient large = from("127.0.0.7").clientId("x".repeat(Entrance.LARGEST_CONNECT));
        large.signIn("rick", Site.PASSWORD);
        assertThat(large.isEnded()).isTrue();
        assertThat(broker.denied(Denial.CONNECT_TOO_LARGE)).isEqualTo(before + 1);

        RawClient dribble = from("127.0.0.7");
        dribble.send(new byte[] {0x10, 100}); // a CONNECT of 100 bytes, one at a time
        long slow = broker.denied(Denial.CONNECT_TOO_SLOW);
        await().until(() -> {
            try {
                dribble.send(new byte[] {0});
                return false;
            } catch (IOException e) {
                return true; // it was ended
            }
        });
        assertThat(broker.denied(Denial.CONNECT_TOO_SLOW)).isGreaterThan(slow);

        RawClient board = from("127.0.0.7");
        assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
        board.publish(1, "plantbuddy/rick/02/light", "x".repeat(100_000));
        assertThat(board.isEnded()).as("for its topic").isTrue();
        assertThat(broker.denied(Denial.FOREIGN_PUBLISH)).isEqualTo(1);
    }

    /** HiveMQ itself would keep up to 2 GiB of one frame in memory, of anybody. */
    @Test
    void aHugeFrameOverWebSocketEndsTheConnection() throws Exception {
        RawClient web = new RawClient(broker.broker().webSocketPort());
        clients.add(web);
        web.send(upgrade("/mqtt"));
        byte[] frame = ByteBuffer.allocate(14)
                .put((byte) 0x82) // binary, the last of its message
                .put((byte) 0xFF) // masked, a length of 8 bytes
                .putLong(100_000_000)
                .putInt(0)
                .array();
        web.send(frame);
        assertThat(web.isEndedSoon()).isTrue();
    }

    @Test
    void whoAsksForWebSocketOnAnotherPathIsToldTheRightOne() throws Exception {
        for (String path : new String[] {"/", "/ws", "/mqtt/", "/mqtt?x=1"}) {
            RawClient web = new RawClient(broker.broker().webSocketPort());
            clients.add(web);
            web.send(upgrade(path));
            assertThat(web.untilEnd())
                    .startsWith("HTTP/1.1 404 ")
                    .contains("'" + path + "' is not here", "path /mqtt\n");
        }
    }

    private static byte[] upgrade(String path) {
        return """
            GET %s HTTP/1.1
            Host: broker
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Protocol: mqtt

            """.formatted(path).replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private RawClient from(String address) throws IOException {
        RawClient client = new RawClient(broker.port(), address);
        clients.add(client);
        return client;
    }
}
