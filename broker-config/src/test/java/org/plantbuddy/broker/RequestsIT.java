package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.mqtt.handler.KeepAliveDisconnectHandler;
import com.hivemq.persistence.connection.ConnectionPersistence;
import io.netty.channel.ChannelPipeline;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Quotas;
import org.plantbuddy.broker.hivemq.HiveMqInternals;
import org.plantbuddy.config.Key;

/** Subscriptions, their end and pings are slowed, and bounded in filters; whoever asks for little does not notice. */
class RequestsIT {

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int REFUSED = 0x80;
    private static final int GRANTED_QOS_0 = 0;
    private static final int PINGREQ = 0xC0;
    private static final int MOST = 5;

    @TempDir
    static Path data;

    private static TestBroker broker;

    @BeforeAll
    static void start() {
        broker = new TestBroker(data, Map.of(Key.MQTT_SUBSCRIPTIONS, Integer.toString(MOST)));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void subscriptionsComeAtTheirRateAndNoneIsLost() throws Exception {
        int many = 3 * Quotas.REQUESTS_A_SECOND;
        try (RawClient rick = rick()) {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (int i = 1; i <= many; i++) {
                together.write(rick.subscribePacket(i, "plantbuddy/rick/" + i % MOST));
            }
            long start = System.nanoTime();
            rick.send(together.toByteArray());
            for (int i = 1; i <= many; i++) {
                assertThat(rick.code()).isEqualTo(GRANTED_QOS_0);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void pingsComeAtTheirRateAndAllAreAnswered() throws Exception {
        try (RawClient anna = new RawClient(broker.port())) {
            assertThat(anna.connect("anna", Site.PASSWORD)).isZero();
            byte[] pings = new byte[2 * 2 * Quotas.REQUESTS_A_SECOND];
            IntStream.range(0, pings.length).filter(i -> i % 2 == 0).forEach(i -> pings[i] = (byte) PINGREQ);
            long start = System.nanoTime();
            anna.send(pings);
            for (int i = 0; i < 2 * Quotas.REQUESTS_A_SECOND; i++) {
                assertThat(anna.next()).isEqualTo(RawClient.PINGRESP);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));
        }
    }

    @Test
    void endsOfSubscriptionsComeAtTheSameRate() throws Exception {
        try (RawClient board = board("unsubscribe")) {
            assertThat(served(board, 3 * Quotas.REQUESTS_A_SECOND, board.unsubscribePacket(1, "0")))
                    .isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    /** Of QoS 2, which is not offered: nobody has a use for them, and the broker writes some to disk. */
    @ParameterizedTest
    @CsvSource({"pubrec, 0x50", "pubrel, 0x62", "pubcomp, 0x70"})
    void whatBelongsToQos2ComesAtTheSameRate(String device, int header) throws Exception {
        try (RawClient board = board(device)) {
            assertThat(served(board, 3 * Quotas.REQUESTS_A_SECOND, ofPacketOne(header)))
                    .isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void acknowledgementsOfNothingComeNoFasterThanThoseOfMessages() throws Exception {
        try (RawClient board = board("puback")) {
            assertThat(served(board, 3 * Quotas.ACKNOWLEDGEMENTS_A_SECOND, ofPacketOne(RawClient.PUBACK)))
                    .isGreaterThan(Duration.ofMillis(1_500));
        }
    }

    private static byte[] ofPacketOne(int header) {
        return new byte[] {(byte) header, 2, 0, 1};
    }

    /** How long it takes until a ping that comes behind so many of a packet is answered. */
    private static Duration served(RawClient client, int many, byte[] packet) throws Exception {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (int i = 0; i < many; i++) {
            together.write(packet);
        }
        long start = System.nanoTime();
        client.send(together.toByteArray());
        client.ping();
        while (client.next() != RawClient.PINGRESP) {
            // answers to the packets
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** HiveMQ cuts off a client that is silent for one and a half times its keep-alive. */
    @Test
    void whoAsksForNoKeepAliveHasTheLongestOne() throws Exception {
        try (RawClient old = new RawClient(broker.port()).clientId("old").keepAlive(0);
                Paho board = broker.board().clientId("new").keepAlive(0).connect()) {
            assertThat(old.connect("rick/01", broker.rickBoard)).isZero();
            assertThat(secondsSilentAtMost("rick/01|old")).isEqualTo(2_698);
            assertThat(board.isConnected()).isTrue();
            assertThat(secondsSilentAtMost("rick/01|new")).isEqualTo(2_700);
        }
    }

    private static long secondsSilentAtMost(String clientId) throws ReflectiveOperationException {
        Object sessions = HiveMqInternals.field(Object.class, Services.clientService(), "clientSessionPersistence");
        ConnectionPersistence connections =
                HiveMqInternals.field(ConnectionPersistence.class, sessions, "connectionPersistence");
        ChannelPipeline line =
                Objects.requireNonNull(connections.get(clientId)).getChannel().pipeline();
        return Optional.ofNullable(line.get(KeepAliveDisconnectHandler.class))
                .map(handler ->
                        Duration.ofNanos(handler.getReaderIdleTimeNanos()).toSeconds())
                .orElse(0L);
    }

    @Test
    void moreFiltersThanASessionMayHaveAreRefusedUntilOthersAreGivenUp() throws Exception {
        long before = broker.denied(Denial.TOO_MANY_SUBSCRIPTIONS);
        try (RawClient rick = rick();
                Paho five = Paho.to(broker.uri())
                        .as("rick", Site.PASSWORD)
                        .clientId("five")
                        .connect()) {
            for (int i = 0; i < MOST; i++) {
                rick.subscribe(1 + i, "plantbuddy/rick/" + i);
                assertThat(rick.code()).isEqualTo(GRANTED_QOS_0);
                assertThat(five.subscribe("plantbuddy/rick/" + i)).isEqualTo(1);
            }
            rick.subscribe(10, "plantbuddy/rick/more");
            assertThat(rick.code()).isEqualTo(REFUSED);
            assertThat(five.subscribe("plantbuddy/rick/more")).isEqualTo(NOT_AUTHORIZED);
            assertThat(five.subscribe("plantbuddy/rick/1")).as("one it has").isEqualTo(1);
            rick.send(rick.unsubscribePacket(11, "0")); // a filter it has not
            rick.next();
            rick.subscribe(12, "plantbuddy/rick/more");
            assertThat(rick.code()).isEqualTo(REFUSED);
        }
        assertThat(broker.denied(Denial.TOO_MANY_SUBSCRIPTIONS)).isEqualTo(before + 3);
    }

    @Test
    void aPacketOfMoreFiltersThanASessionMayHaveEndsTheConnection() throws Exception {
        String[] filters = IntStream.rangeClosed(0, MOST)
                .mapToObj(i -> "plantbuddy/rick/" + i)
                .toArray(String[]::new);
        try (RawClient rick = rick()) {
            rick.subscribe(1, filters);
            assertThat(rick.isEnded()).isTrue();
        }
        try (RawClient rick = rick()) {
            rick.send(rick.unsubscribePacket(1, filters));
            assertThat(rick.isEnded()).isTrue();
        }
    }

    @Test
    void whoSignsInAgainAndAgainIsSlowed() throws Exception {
        long before = broker.broker().heldSignIns();
        List<RawClient> boards = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * Quotas.REQUESTS_A_SECOND; i++) {
                RawClient board = new RawClient(broker.port()).clientId("again" + i % 10);
                boards.add(board);
                board.signIn("anna/01", broker.annaBoard); // all at once
            }
            await().until(() -> broker.broker().heldSignIns() > before);
        } finally {
            for (RawClient board : boards) {
                board.close();
            }
        }
    }

    private static RawClient board(String device) throws Exception {
        RawClient board = new RawClient(broker.port());
        assertThat(board.connect(
                        "rick/" + device,
                        broker.accounts.devices().add("rick", device).password()))
                .isZero();
        return board;
    }

    private static RawClient rick() throws Exception {
        RawClient rick = new RawClient(broker.port());
        assertThat(rick.connect("rick", Site.PASSWORD)).isZero();
        return rick;
    }
}
