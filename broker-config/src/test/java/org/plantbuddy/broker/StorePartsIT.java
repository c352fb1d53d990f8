package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.Topics;

/** HiveMQ's stores are in few parts, and where they are in more they stay so: else nothing in them would be found. */
class StorePartsIT {

    private static final int READINGS = 50;
    private static final int OF_HIVEMQ = 64;
    private static final int OURS = 16;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String STATUS = "plantbuddy/rick/01/status";

    @Test
    void storesOfAnEarlierVersionKeepTheirPartsAndAllThatIsInThem(@TempDir Path before, @TempDir Path fresh)
            throws Exception {
        Files.createDirectories(queues(before).resolve("client_queue_" + (OF_HIVEMQ - 1)));
        try (TestBroker broker = new TestBroker(before)) {
            try (Paho bridge = broker.bridge().connect()) {
                assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            }
            try (Paho board = broker.board().connect()) {
                assertThat(board.publish(STATUS, "online", true)).isZero();
                for (int i = 0; i < READINGS; i++) {
                    assertThat(board.publish("plantbuddy/rick/01/light", Integer.toString(i)))
                            .isZero();
                }
            }
            assertThat(parts(before)).isEqualTo(OF_HIVEMQ);
            broker.restart();
            try (Paho bridge = broker.bridge().connect();
                    Paho owner = Paho.to(broker.uri()).as("rick", Site.PASSWORD).connect()) {
                await().atMost(LONG).until(() -> bridge.received.size() == READINGS + 1);
                assertThat(owner.subscribe(STATUS)).isLessThan(0x80);
                await().atMost(LONG).until(() -> owner.payloads().contains("online"));
            }
            assertThat(parts(before)).isEqualTo(OF_HIVEMQ);
        }
        try (TestBroker another = new TestBroker(fresh)) {
            assertThat(another.port()).isPositive();
        }
        assertThat(parts(fresh)).isEqualTo(OURS);
    }

    private static Path queues(Path data) {
        return data.resolve("broker/data/persistence/client_queue/040500");
    }

    private static long parts(Path data) throws IOException {
        try (Stream<Path> parts = Files.list(queues(data))) {
            return parts.count();
        }
    }
}
