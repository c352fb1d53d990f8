package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** A HiveMQ that says it is of a version that Plant Buddy was not tried on. */
class AnotherHiveMqIT {

    private static final String VERSION = "2099.1";
    private static final String READING = "plantbuddy/rick/01/light";

    @Test
    void letsNobodyInAndSaysWhatToDo(@TempDir Path data) {
        Config config = Site.config(data);
        PlantBuddyExtension extension = new PlantBuddyExtension(config, Clock.systemUTC(), VERSION);
        try (OnAnother site = new OnAnother(data, config, extension)) {
            assertThat(extension.isStarted()).isFalse();
            assertThat(extension.failure().orElseThrow())
                    .hasMessageContaining("HiveMQ " + VERSION)
                    .hasMessageContaining("PLANTBUDDY_BROKER_UNVERIFIED=accept");
            assertThat(site.board().connectCode()).isNotZero();
        }
    }

    @Test
    void worksWhereTheOperatorAcceptsItAndTellsBridgesWhatIsMissing(@TempDir Path data) throws Exception {
        Config config = Site.config(data).with(Map.of(Key.BROKER_UNVERIFIED, "accept"));
        PlantBuddyExtension extension = new PlantBuddyExtension(config, Clock.systemUTC(), VERSION);
        try (OnAnother site = new OnAnother(data, config, extension);
                Paho bridge = site.bridge().connect();
                Paho board = site.board().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            assertThat(bridge.toldOnSubscribe(Topics.NOT_GUARANTEED)).containsExactly("crash-repair", "one-bridge");
            assertThat(board.publish(READING, "36")).isZero();
        }
    }

    private static final class OnAnother extends Site {

        private final EmbeddedBroker broker;

        OnAnother(Path data, Config config, PlantBuddyExtension extension) {
            super(data);
            broker = EmbeddedBroker.launch(config, extension);
        }

        @Override
        int port() {
            return broker.mqttPort();
        }

        @Override
        public void close() {
            broker.close();
            super.close();
        }
    }
}
