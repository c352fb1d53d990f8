package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** A flood stays in the network: a real broker does not read what comes behind a message that is held. */
class InletIT {

    private static final String READING = "plantbuddy/rick/01/light";

    @Test
    void nothingIsReadFromAConnectionWhileAMessageOfItIsHeld(@TempDir Path data) throws Exception {
        Map<Key, String> oneASecond = Map.of(Key.QUOTA_BOARD, "1", Key.QUOTA_USER, "0");
        try (TestBroker broker = new TestBroker(data, oneASecond);
                Paho bridge = broker.bridge().connect();
                RawClient board = new RawClient(broker.port())) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            board.noDelay();
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            for (int id = 1; id <= 2; id++) {
                board.publish(id, READING, "1");
            }
            assertThat(board.acknowledged(1)).isEqualTo(Set.of(1));
            TimeUnit.MILLISECONDS.sleep(150); // of the second that the other is held
            board.ping();
            long asked = System.nanoTime();
            Set<Integer> answers = new HashSet<>();
            answers.add(board.next());
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThan(Duration.ofMillis(100));
            answers.add(board.next());
            assertThat(answers).isEqualTo(Set.of(RawClient.PUBACK, RawClient.PINGRESP));
            assertThat(broker.broker().heldMessages()).isEqualTo(1);
        }
    }
}
