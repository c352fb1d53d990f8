package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.topic.Topics;

/** What no client does that means well. Those who do are not disturbed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileIT {

    private static final String READING = "plantbuddy/rick/01/light";

    /** As many as a session may have; they count as twenty packets. */
    private static final String[] FILTERS =
            IntStream.range(0, 1_000).mapToObj(i -> "plantbuddy/rick/" + i).toArray(String[]::new);

    private TestBroker broker;
    private Paho bridge;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        broker = new TestBroker(data);
        bridge = broker.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
    }

    @AfterAll
    void stop() throws Exception {
        bridge.close();
        broker.close();
    }

    @Test
    void whoConnectsAndSaysNothingIsSentAway() throws Exception {
        List<RawClient> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                silent.add(new RawClient(broker.port()));
            }
            aBoardIsStillServed("beside silence");
            for (RawClient client : silent) {
                assertThat(client.isEnded()).isTrue();
            }
        } finally {
            for (RawClient client : silent) {
                client.close();
            }
        }
    }

    @Test
    void aConnectThatAnnouncesMegabytesIsNotWaitedFor() throws Exception {
        try (RawClient client = new RawClient(broker.port())) {
            client.send(new byte[] {0x10, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F}); // 256 MiB are to come
            client.send("\0\4MQTT".getBytes(StandardCharsets.UTF_8));
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aMessageOverTheLimitEndsItsConnectionOnly() throws Exception {
        try (RawClient client = new RawClient(broker.port())) {
            assertThat(client.connect("rick/01", broker.rickBoard)).isZero();
            publishUntilEnded(client, "9".repeat(300_000));
            assertThat(client.isEnded()).isTrue();
        }
        aBoardIsStillServed("after the large one");
    }

    private static void publishUntilEnded(RawClient client, String payload) {
        try {
            client.publish(1, READING, payload);
        } catch (IOException e) {
            // ended while it was being written
        }
    }

    @Test
    void filtersInOnePacketAreNoWayAroundTheRateOfPackets() throws Exception {
        try (RawClient rick = rick()) {
            for (byte[] packet : new byte[][] {
                rick.subscribePacket(1, FILTERS), rick.unsubscribePacket(2, FILTERS), rick.unsubscribePacket(3, FILTERS)
            }) {
                rick.send(packet);
            }
            long start = System.nanoTime();
            rick.ping();
            while (rick.next() != RawClient.PINGRESP) {
                // the answers to the others
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void connectionsOfOneWhoAsksForTooMuchTogetherAreEnded() throws Exception {
        long before = broker.denied(Denial.TOO_OFTEN);
        List<RawClient> together = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                together.add(rick("together-" + i));
            }
            for (RawClient client : together) {
                client.send(client.unsubscribePacket(1, FILTERS));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> broker.denied(Denial.TOO_OFTEN) > before);
        } finally {
            for (RawClient client : together) {
                client.close();
            }
        }
        aBoardIsStillServed("beside requests");
    }

    @Test
    void whatIsNotUtf8EndsTheConnection() throws Exception {
        try (RawClient client = new RawClient(broker.port())) {
            assertThat(client.connect("rick/01", broker.rickBoard)).isZero();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.write(new byte[] {0, 21});
            body.write("plantbuddy/rick/01/".getBytes(StandardCharsets.UTF_8));
            body.write(new byte[] {(byte) 0xC0, (byte) 0xAF, 0, 1}); // an overlong slash, then the packet id
            body.write("stolen".getBytes(StandardCharsets.UTF_8));
            client.packet(0x32, body.toByteArray());
            assertThat(client.isEnded()).isTrue();
        }
        try (RawClient client = new RawClient(broker.port())) {
            client.send(new byte[] {
                0x10,
                20,
                0,
                4,
                'M',
                'Q',
                'T',
                'T',
                4,
                (byte) 0xC2,
                0,
                60,
                0,
                1,
                'r',
                0,
                2,
                (byte) 0xED,
                (byte) 0xA0,
                0,
                1,
                'x'
            }); // half of a surrogate pair as username
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(bridge.payloads()).doesNotContain("stolen");
    }

    @Test
    void qos2IsNotTaken() throws Exception {
        Mosquitto.Ended v3 = Mosquitto.pub(
                broker.port(), "mqttv311", "rick/01", broker.rickBoard, "-q", "2", "-t", READING, "-m", "twice");
        assertThat(v3.code()).as(v3.output()).isNotZero();
        Mosquitto.Ended v5 = Mosquitto.pub(
                broker.port(), "mqttv5", "rick/01", broker.rickBoard, "-q", "2", "-t", READING, "-m", "twice");
        assertThat(v5.output()).containsIgnoringCase("qos"); // told beforehand, it does not send
        aBoardIsStillServed("once");
        assertThat(bridge.payloads()).doesNotContain("twice");
    }

    @Test
    void halfACredentialIsNone() throws Exception {
        for (byte flags : new byte[] {(byte) 0x80, 0x40, 0x02}) { // a name alone, a password alone, neither
            try (RawClient client = new RawClient(broker.port())) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                body.write(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, (byte) (flags | 2), 0, 60, 0, 1, 'r'});
                if (flags != 2) {
                    body.write(new byte[] {0, 4, 'r', 'i', 'c', 'k'});
                }
                client.packet(0x10, body.toByteArray());
                assertThat(client.isRefused()).isTrue();
            }
        }
    }

    private RawClient rick() throws Exception {
        return rick("raw");
    }

    private RawClient rick(String clientId) throws Exception {
        RawClient rick = new RawClient(broker.port()).clientId(clientId);
        assertThat(rick.connect("rick", broker.rickToken)).isZero();
        return rick;
    }

    private void aBoardIsStillServed(String payload) throws Exception {
        try (Paho board = broker.board().clientId("well-meaning").connect()) {
            assertThat(board.publish(READING, payload)).isZero();
        }
        await().until(() -> bridge.payloads().contains(payload));
    }
}
