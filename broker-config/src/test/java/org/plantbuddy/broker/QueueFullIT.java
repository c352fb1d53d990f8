package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** When the queue for the bridge is nearly full, readings are refused: what is acknowledged is never dropped. */
class QueueFullIT {

    private static final int ROOM = 2_000;
    private static final int BOARDS = 8;
    private static final int EACH = 500;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final String LIGHT = "plantbuddy/rick/01/light";

    @TempDir
    Path data;

    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = new TestBroker(
                data, Map.of(Key.BRIDGE_QUEUE, Integer.toString(ROOM), Key.QUOTA_BOARD, "0", Key.QUOTA_USER, "0"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void everythingAcknowledgedIsDeliveredAndTheRestWasRefused() throws Exception {
        try (Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
        }
        Set<String> acknowledged = fillFromManyBoardsAtOnce();
        assertThat(acknowledged).hasSizeLessThan(ROOM).hasSizeGreaterThan(ROOM / 2);
        assertThat(broker.denied(Denial.QUEUE_FULL)).isEqualTo((long) BOARDS * EACH - acknowledged.size());

        broker.restart();
        try (Paho board = broker.board().connect()) {
            assertThat(codeOfTheFirstRefused(board, acknowledged)).isEqualTo(QUOTA_EXCEEDED);
            assertThat(board.publish("plantbuddy/rick/01/status", "online", true))
                    .isLessThan(0x80);
            Mosquitto.Ended v3 = Mosquitto.pub(
                    broker.port(), "mqttv311", "rick/01", broker.rickBoard, "-t", LIGHT, "-m", "after the restart");
            assertThat(v3.code()).as(v3.output()).isNotZero();
            await().until(() -> broker.broker().queuedForBridge() == acknowledged.size() + 1);

            try (Paho bridge = broker.bridge().connect()) {
                await().atMost(Duration.ofMinutes(1)).until(() -> bridge.received.size() > acknowledged.size());
                Set<String> delivered = new HashSet<>(bridge.payloads());
                delivered.remove("online");
                assertThat(delivered).isEqualTo(acknowledged);
                await().until(() -> board.publish(LIGHT, "there is room again") == 0);
                await().until(() -> bridge.payloads().contains("there is room again"));
            }
        }
    }

    @Test
    void statusesAndReadingsTogetherDoNotFillItEither() throws Exception {
        try (Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
        }
        Set<String> acknowledged = new HashSet<>();
        try (Paho board = broker.board().connect()) {
            board.publishAtOnce("plantbuddy/rick/01/status", "status-", 800);
            board.publishAtOnce("plantbuddy/rick/01/status", "status-", 800);
            await().until(() -> broker.broker().queuedForBridge() == 1_600);
            await().until(() -> board.publish(LIGHT, "first") == 0);
            board.publishAtOnce(LIGHT, "light-", 900).forEach((i, code) -> {
                if (code == 0) {
                    acknowledged.add("light-" + i);
                }
            });
        }
        assertThat(acknowledged).isNotEmpty().hasSizeLessThan(ROOM - 1_600);
        try (Paho bridge = broker.bridge().connect()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> bridge.payloads().containsAll(acknowledged));
        }
    }

    /** What came at once was refused early, as it is counted twice for some seconds: there may be room for a few more. */
    private static int codeOfTheFirstRefused(Paho board, Set<String> acknowledged) throws Exception {
        int code = board.publish(LIGHT, "after the restart 0");
        for (int i = 1; code == 0; i++) {
            acknowledged.add("after the restart " + (i - 1));
            assertThat(acknowledged).hasSizeLessThan(ROOM);
            code = board.publish(LIGHT, "after the restart " + i);
        }
        return code;
    }

    private Set<String> fillFromManyBoardsAtOnce() throws Exception {
        List<Paho> boards = new ArrayList<>();
        for (int i = 0; i < BOARDS; i++) {
            String device = "b" + i;
            String token = broker.accounts.devices().add("rick", device).password();
            boards.add(Paho.to(broker.uri()).as("rick/" + device, token).connect());
        }
        List<CompletableFuture<Set<String>>> publishing = new ArrayList<>();
        for (int i = 0; i < BOARDS; i++) {
            int number = i;
            publishing.add(CompletableFuture.supplyAsync(() -> acknowledged(boards.get(number), number)));
        }
        Set<String> all = new HashSet<>();
        publishing.forEach(one -> all.addAll(one.join()));
        for (Paho board : boards) {
            assertThat(board.disconnects).isEmpty();
            board.close();
        }
        return all;
    }

    private static Set<String> acknowledged(Paho board, int number) {
        Set<String> acknowledged = new HashSet<>();
        board.publishAtOnce("plantbuddy/rick/b" + number + "/light", number + "-", EACH)
                .forEach((i, code) -> {
                    assertThat(code).isIn(0, QUOTA_EXCEEDED);
                    if (code == 0) {
                        acknowledged.add(number + "-" + i);
                    }
                });
        return acknowledged;
    }
}
