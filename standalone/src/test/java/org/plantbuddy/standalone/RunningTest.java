package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

class RunningTest {

    @TempDir
    Path data;

    private Config config(Map<Key, String> keys) {
        return Config.load(Map.of()).with(Map.of(Key.DATA, data.toString())).with(keys);
    }

    @Test
    void whereNothingRunsAndNothingIsNamedThatIsSaid() {
        assertThatThrownBy(() -> Running.require(config(Map.of())))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no Plant Buddy runs with its data in " + data)
                .hasMessageContaining("PLANTBUDDY_INFLUX_URL");
    }

    @Test
    void partsOfContainersAreThoseThatTheKeysName() {
        Running running = Running.require(config(Map.of(
                Key.INFLUX_URL, "http://influxdb:8086",
                Key.MQTT_URL, "tcp://broker:1883",
                Key.BRIDGE_BIND, "bridge",
                Key.WEB_BIND, "0.0.0.0",
                Key.WEB_PORT, "9000")));
        assertThat(running.mqtt()).isEqualTo("tcp://broker:1883");
        assertThat(running.bridge()).isEqualTo("http://bridge:8081");
        assertThat(running.web()).isEqualTo("http://127.0.0.1:9000");
        assertThat(running.influx()).isEqualTo("http://influxdb:8086");
        assertThat(running.org()).isEqualTo("plantbuddy");
    }

    @Test
    void whatRunsOnTheDataFolderGoesBeforeWhatIsNamed() {
        Running here =
                new Running("tcp://127.0.0.1:1", "ws://127.0.0.1:2/mqtt", "http://b", "http://w", "http://i", "o");
        here.write(data);
        assertThat(Running.require(config(Map.of(Key.INFLUX_URL, "http://influxdb:8086"))))
                .isEqualTo(here);
    }

    @Test
    void aSketchHasTheAddressAtWhichTheBrokerIsPublished() {
        Config published =
                config(Map.of(Key.PUBLIC_HOST, "plants.example", Key.PUBLIC_MQTT_PORT, "41883", Key.MQTT_PORT, "1883"));
        assertThat(new ReadySketch(() -> published).apply(new DeviceCredentials("rick/01", "secret")))
                .contains("#define BROKER_HOST \"plants.example\"")
                .contains("#define BROKER_PORT 41883");
        Config portOnly = config(Map.of(Key.PUBLIC_HOST, "10.0.0.7", Key.MQTT_PORT, "1900"));
        assertThat(new ReadySketch(() -> portOnly).apply(new DeviceCredentials("rick/01", "secret")))
                .contains("#define BROKER_PORT 1900");
    }
}
