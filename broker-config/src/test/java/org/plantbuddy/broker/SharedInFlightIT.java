package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** Of several bridges one goes: what it had goes to the others, and what they have to nobody. */
class SharedInFlightIT {

    private static final String READING = "plantbuddy/rick/01/light";
    private static final int FEW = 500;
    private static final int WINDOW = 1_000; // of the embedded broker
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void eachReadingIsGivenToOneBridgeAtATime(@TempDir Path data) throws Exception {
        Map<Key, String> unlimited = Map.of(Key.QUOTA_BOARD, "0", Key.QUOTA_USER, "0");
        try (TestBroker broker = new TestBroker(data, unlimited)) {
            Paho goes = broker.bridge().clientId("bridge-1").withoutAcknowledging();
            Paho stays = broker.bridge().clientId("bridge-2").withoutAcknowledging();
            Paho works = broker.bridge().clientId("bridge-3");
            for (Paho bridge : List.of(goes, stays, works)) {
                assertThat(bridge.connect().subscribe(Topics.BRIDGE_SUBSCRIPTION))
                        .isEqualTo(1);
                bridge.close();
            }
            publish(broker, "before", FEW);
            goes.connect();
            await().atMost(LONG).until(() -> goes.received.size() == FEW);
            publish(broker, "behind", WINDOW);
            stays.connect();
            await().atMost(LONG).until(() -> stays.received.size() == WINDOW);
            publish(broker, "last", FEW);

            goes.close();
            works.connect();
            await().atMost(LONG).until(() -> works.received.size() >= 2 * FEW);
            assertThat(works.payloads())
                    .containsAll(goes.payloads())
                    .doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(stays.payloads());

            stays.close();
            await().atMost(LONG).until(() -> works.payloads().containsAll(stays.payloads()));
            assertThat(works.payloads()).doesNotHaveDuplicates().hasSize(2 * FEW + WINDOW);
            works.close();
        }
    }

    /** More than leave the queue together, and not all that the bridge has: nothing makes HiveMQ read on. */
    @Test
    void acknowledgedReadingsCountAsGoneAtOnceAndAreNotDeliveredAgain(@TempDir Path data) throws Exception {
        int half = 150;
        try (TestBroker broker = new TestBroker(data, Map.of(Key.QUOTA_BOARD, "0", Key.QUOTA_USER, "0"))) {
            Paho before = broker.bridge().withoutAcknowledging();
            assertThat(before.connect().subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            before.close();
            publish(broker, "reading", 2 * half);
            before.connect();
            await().atMost(LONG).until(() -> before.received.size() == 2 * half);
            before.acknowledge(half);
            await().atMost(LONG).until(() -> broker.broker().queuedForBridge() == half);
            before.close();
            broker.restart();

            Paho after = broker.bridge().connect();
            await().atMost(LONG).until(() -> broker.broker().queuedForBridge() == 0 && !after.received.isEmpty());
            publish(broker, "last", 1);
            await().atMost(LONG).until(() -> after.payloads().contains("last0"));
            assertThat(after.received).hasSize(half + 1);
            assertThat(after.payloads()).containsAll(before.payloads().subList(half, 2 * half));
            after.close();
        }
    }

    /** What HiveMQ still counts, and nobody else: it would drop what is acknowledged to boards. */
    @Test
    void acknowledgedReadingsTakeNoRoomOfASmallQueue(@TempDir Path data) throws Exception {
        int acknowledged = 63;
        int behind = 90;
        Map<Key, String> small = Map.of(Key.BRIDGE_QUEUE, "100", Key.QUOTA_BOARD, "0", Key.QUOTA_USER, "0");
        try (TestBroker broker = new TestBroker(data, small)) {
            Paho before = broker.bridge().withoutAcknowledging();
            assertThat(before.connect().subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            before.close();
            publishAsTheyAreTaken(broker, "before", acknowledged);
            before.connect();
            await().atMost(LONG).until(() -> before.received.size() == acknowledged);
            before.acknowledge(acknowledged);
            await().atMost(LONG).until(() -> broker.broker().queuedForBridge() == 0);
            before.close();

            publishAsTheyAreTaken(broker, "behind", behind);
            Paho after = broker.bridge().connect();
            await().atMost(LONG).until(() -> after.received.size() >= behind);
            after.close();
        }
    }

    private static void publishAsTheyAreTaken(TestBroker broker, String prefix, int count) throws Exception {
        try (Paho board = broker.board().connect()) {
            for (int i = 0; i < count; i++) {
                String reading = prefix + i;
                await().atMost(LONG).until(() -> board.publish(READING, reading) == 0);
            }
        }
    }

    private static void publish(TestBroker broker, String prefix, int count) throws Exception {
        try (Paho board = broker.board().connect()) {
            assertThat(board.publishAtOnce(READING, prefix, count).values()).allMatch(code -> code < 0x80);
        }
    }
}
