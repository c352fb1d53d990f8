package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.topic.Topics;

/** A reading nobody would queue is refused, never acknowledged and dropped. */
class NoBridgeIT {

    private static final int QUOTA_EXCEEDED = 0x97;
    private static final String READING = "plantbuddy/rick/01/soil_moisture";

    @TempDir
    Path data;

    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = new TestBroker(data);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void readingsAreRefusedUntilABridgeHasSubscribed() throws Exception {
        try (Paho board = broker.board().connect()) {
            assertThat(board.publish(READING, "lost")).isEqualTo(QUOTA_EXCEEDED);
            assertThat(board.publish("plantbuddy/rick/01/status", "online", true))
                    .isLessThan(0x80);
            Mosquitto.Ended v3 = Mosquitto.pub(
                    broker.broker().mqttPort(), "mqttv311", "rick/01", broker.rickBoard, "-t", READING, "-m", "lost");
            assertThat(v3.code()).as(v3.output()).isNotZero();
            try (Paho bridge = broker.bridge().connect()) {
                assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
                await().until(() -> board.publish(READING, "taken") == 0);
                await().until(() -> bridge.payloads().contains("taken"));
                assertThat(bridge.payloads()).doesNotContain("lost");
            }
            assertThat(broker.denied(Denial.NO_BRIDGE)).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aBridgeThatIsAwayKeepsItsQueueAcrossARestart() throws Exception {
        try (Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
        }
        broker.restart();
        try (Paho board = broker.board().connect()) {
            await().until(() -> board.publish(READING, "queued") == 0);
        }
        try (Paho bridge = broker.bridge().connect()) {
            await().until(() -> bridge.payloads().contains("queued"));
        }
    }
}
