package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** A board that publishes more than it may is slowed; one that cannot be slowed is stopped; others notice neither. */
class QuotaIT {

    private static final String READING = "plantbuddy/rick/01/light";
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int MQTT3_SERVER_UNAVAILABLE = 3;
    private static final int RATE = 100;
    private static final int FLOOD = 20_000;

    @TempDir
    Path data;

    private TestBroker broker;
    private Paho bridge;

    @BeforeEach
    void start() throws Exception {
        broker = new TestBroker(data, Map.of(Key.QUOTA_BOARD, Integer.toString(RATE), Key.QUOTA_USER, "150"));
        bridge = broker.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
    }

    @AfterEach
    void stop() throws Exception {
        bridge.close();
        broker.close();
    }

    @Test
    void aBoardOfMqtt3ThatWaitsForAcknowledgementsIsSlowedAndLosesNothing() throws Exception {
        Path lines = Files.write(
                data.resolve("lines"),
                IntStream.range(0, 3 * RATE).mapToObj(i -> "slow-" + i).toList());
        Mosquitto.Ended ended =
                Mosquitto.pubLines(broker.port(), "mqttv311", "rick/01", broker.rickBoard, lines, "-t", READING);
        assertThat(ended.code()).as(ended.output()).isZero();
        await().until(() -> arrived("slow-").size() == 3 * RATE);
        assertThat(broker.broker().heldMessages()).isGreaterThan(RATE);
        assertThat(broker.denied(Denial.QUOTA)).isZero();
    }

    @Test
    void aFloodIsStoppedAndNothingOfOthersIsLostOrRefused() throws Exception {
        CompletableFuture<Flood> flood = CompletableFuture.supplyAsync(this::flood);
        try (Paho anna = Paho.to(broker.uri()).as("anna/01", broker.annaBoard).connect()) {
            for (int i = 0; i < RATE; i++) {
                assertThat(anna.publish("plantbuddy/anna/01/light", "anna-" + i))
                        .isZero();
            }
            assertThat(anna.disconnects).isEmpty();
        }
        Flood flooded = flood.join();
        await().until(() -> arrived("anna-").size() == RATE);
        await().untilAsserted(() -> assertThat(arrived("flood-"))
                .containsAll(
                        flooded.acknowledged.stream().map(i -> "flood-" + i).toList())
                .hasSizeBetween(1, Math.toIntExact(RATE * (flooded.seconds + 2))));
        assertThat(broker.denied(Denial.QUOTA)).isPositive();
    }

    /**
     * What came of it. The broker may end the connection before it has written any acknowledgement.
     *
     * @param acknowledged numbers
     */
    private record Flood(Set<Integer> acknowledged, long seconds) {}

    /** As fast as the socket takes it, without waiting for acknowledgements. */
    private Flood flood() {
        long start = System.nanoTime();
        try (RawClient flooder = new RawClient(broker.port())) {
            assertThat(flooder.connect("rick/01", broker.rickBoard)).isZero();
            // At the same time: what is not yet read when the broker ends the connection is gone.
            CompletableFuture<Set<Integer>> answers = CompletableFuture.supplyAsync(() -> flooder.acknowledged(FLOOD));
            try {
                for (int i = 1; i <= FLOOD; i++) {
                    flooder.publish(i, READING, "flood-" + i);
                }
            } catch (IOException e) {
                // The broker has ended the connection: as it should.
            }
            Set<Integer> acknowledged = answers.join();
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds() + 1;
            try (RawClient again = new RawClient(broker.port())) {
                assertThat(again.connect("rick/01", broker.rickBoard)).isEqualTo(MQTT3_SERVER_UNAVAILABLE);
            }
            return new Flood(acknowledged, seconds);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBoardOfMqtt5IsToldAndStaysConnected() throws Exception {
        try (Paho board = broker.board().connect()) {
            Map<Integer, Integer> codes = board.publishAtOnce(READING, "burst-", 900);
            Set<String> taken = codes.entrySet().stream()
                    .filter(code -> code.getValue() == 0)
                    .map(code -> "burst-" + code.getKey())
                    .collect(Collectors.toSet());
            assertThat(new HashSet<>(codes.values())).containsExactlyInAnyOrder(0, QUOTA_EXCEEDED);
            assertThat(broker.denied(Denial.QUOTA)).isEqualTo(900 - taken.size());
            await().until(() -> arrived("burst-").containsAll(taken));
            assertThat(arrived("burst-")).isEqualTo(taken);
            await().until(() -> board.publish(READING, "later") == 0);
        }
    }

    @Test
    void theBoardsOfAUserShareTheUsersQuota() throws Exception {
        String second = broker.accounts.devices().add("rick", "02").password();
        try (Paho one = broker.board().clientId("one").connect();
                Paho two = Paho.to(broker.uri()).as("rick/02", second).connect();
                Paho web = Paho.to(broker.uri()).as("$web", broker.web).connect()) {
            CompletableFuture<Map<Integer, Integer>> other =
                    CompletableFuture.supplyAsync(() -> two.publishAtOnce("plantbuddy/rick/02/light", "two-", 500));
            Map<Integer, Integer> codes = one.publishAtOnce(READING, "one-", 500);
            assertThat(codes.values()).contains(QUOTA_EXCEEDED);
            assertThat(other.join().values()).contains(QUOTA_EXCEEDED);
            assertThat(web.publishAtOnce("plantbuddy/anna/01/light", "web-", RATE)
                            .values())
                    .as("what web publishes for others is not held up")
                    .containsOnly(0);
        }
    }

    private Set<String> arrived(String prefix) {
        return List.copyOf(bridge.received).stream()
                .map(Paho.Received::payload)
                .filter(payload -> payload.startsWith(prefix))
                .collect(Collectors.toSet());
    }
}
