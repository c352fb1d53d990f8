package org.plantbuddy.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
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
        Running here = new Running(
                "tcp://127.0.0.1:1", "ws://127.0.0.1:2/mqtt", "http://b", "http://w", "http://i", "o", "", "");
        here.write(data);
        assertThat(Running.require(config(Map.of(Key.INFLUX_URL, "http://influxdb:8086"))))
                .isEqualTo(here);
    }

    @Test
    void withACertificateAddressesAreOfTlsWithANameThatItIsFor() {
        Running running = new Running(
                "tcp://127.0.0.1:1",
                "wss://127.0.0.1:2/mqtt",
                "http://b",
                "https://127.0.0.1:3",
                "http://i",
                "o",
                data.toString(),
                "ssl://plants.example:4");
        running.write(data);
        assertThat(Running.require(config(Map.of()))).isEqualTo(running);
        assertThat(running.page()).isEqualTo("https://plants.example:3");
        assertThat(running.broker()).isEqualTo("ssl://plants.example:4");
        assertThat(running.mosquitto()).isEqualTo("-h plants.example -p 4 --tls-use-os-certs");
        assertThat(Running.reached(config(Map.of())).text(Key.TLS_FOLDER)).isEqualTo(data.toString());
        assertThat(Running.require(config(Map.of(Key.INFLUX_URL, "http://influxdb:8086", Key.TLS_FOLDER, "/tls")))
                        .web())
                .as("what runs here goes before")
                .isEqualTo("https://127.0.0.1:3");
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

    @Test
    void aSketchHasTheAuthorityAndANameThatTheCertificateIsFor() throws Exception {
        Config config = OwnTls.on(config(Map.of(Key.PUBLIC_HOST, "plants.example")), step -> {});
        String authority =
                Files.readString(data.resolve("tls/ca.pem")).lines().toList().get(1);
        assertThat(new ReadySketch(() -> config).apply(new DeviceCredentials("rick/01", "secret")))
                .contains("#define BROKER_HOST \"plants.example\"")
                .contains("#define BROKER_PORT 8883")
                .contains("#define BROKER_TLS 1")
                .contains("\"" + authority + "\\n\"");
        Config elsewhere = config.with(Map.of(Key.PUBLIC_HOST, "other.example"));
        assertThatThrownBy(() -> new ReadySketch(() -> elsewhere).apply(new DeviceCredentials("rick/01", "secret")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(
                        "boards would refuse the broker as other.example: its certificate is for plants.example")
                .hasMessageContaining("plantbuddy tls renew --host other.example");
    }
}
