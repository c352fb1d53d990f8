package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** A broker with these quotas, and a bridge that has subscribed. */
abstract class WithQuota {

    static final String READING = "plantbuddy/rick/01/light";

    @TempDir
    Path data;

    TestBroker broker;
    Paho bridge;

    private final Map<Key, String> quotas;

    WithQuota(int perBoard, int perUser) {
        this.quotas = Map.of(Key.QUOTA_BOARD, Integer.toString(perBoard), Key.QUOTA_USER, Integer.toString(perUser));
    }

    @BeforeEach
    void start() throws Exception {
        broker = new TestBroker(data, quotas);
        bridge = broker.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
    }

    @AfterEach
    void stop() throws Exception {
        bridge.close();
        broker.close();
    }

    /** The payloads that came to the bridge and start so. */
    Set<String> arrived(String prefix) {
        return List.copyOf(bridge.received).stream()
                .map(Paho.Received::payload)
                .filter(payload -> payload.startsWith(prefix))
                .collect(Collectors.toSet());
    }
}
