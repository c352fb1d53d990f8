package org.plantbuddy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    @TempDir
    Path folder;

    @Test
    void nothingSetMeansDefaults() {
        Config config = Config.load(Map.of("PATH", "/bin"));

        assertThat(config.port(Key.MQTT_PORT)).isEqualTo(1_883);
        assertThat(config.path(Key.DATA)).isEqualTo(Path.of("data"));
        assertThat(config.duration(Key.RAW_RETENTION)).isEqualTo(Duration.ofDays(30));
        assertThat(config.optional(Key.INFLUX_URL)).isEmpty();
        assertThat(config.secret(Key.NOTIFY_SECRET)).isEmpty();
    }

    @Test
    void everyDefaultFitsItsType() {
        for (Key key : Key.values()) {
            if (!key.defaultText().isEmpty()) {
                assertThat(Config.load(Map.of(key.variable(), key.defaultText()))
                                .text(key))
                        .isEqualTo(key.defaultText());
            }
        }
    }

    @Test
    void allErrorsAreToldAtOnce() {
        assertThatThrownBy(() -> Config.load(Map.of(
                        "PLANTBUDDY_MQTT_PORT", "65536",
                        "PLANTBUDDY_CHECK_EVERY", "10 seconds",
                        "PLANTBUDDY_JOURNAL_MAX_BYTES", "-1",
                        "PLANTBUDDY_MQTT_WINDOW", "65536",
                        "PLANTBUDDY_BRIDGE_CONNECTIONS", "0",
                        "PLANTBUDDY_TYPO", "x",
                        "PLANTBUDDY_NOTIFY_SECRET_FILE", "/nowhere/at/all")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("PLANTBUDDY_MQTT_PORT=65536 must be a port")
                .hasMessageContaining("PLANTBUDDY_CHECK_EVERY=10 seconds must be")
                .hasMessageContaining("PLANTBUDDY_JOURNAL_MAX_BYTES=-1")
                .hasMessageContaining("PLANTBUDDY_MQTT_WINDOW=65536 must be a whole number from 1 to 65535")
                .hasMessageContaining("PLANTBUDDY_BRIDGE_CONNECTIONS=0 must be a whole number from 1 to 64")
                .hasMessageContaining("PLANTBUDDY_TYPO is not a known key")
                .hasMessageContaining("/nowhere/at/all cannot be read");
    }

    @Test
    void allThatIsMissingIsToldWithAllThatIsWrong() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Set<Key> needed = Set.of(Key.MQTT_TOKEN, Key.INFLUX_URL, Key.INFLUX_TOKEN, Key.NOTIFY_SECRET, Key.MQTT_URL);
        Map<String, String> environment = Map.of(
                "PLANTBUDDY_INFLUX_URL", " ",
                "PLANTBUDDY_INFLUX_TOKEN_FILE", empty.toString(),
                "PLANTBUDDY_NOTIFY_SECRET_FILE", "/nowhere/at/all",
                "PLANTBUDDY_TYPO", "x");

        assertThatThrownBy(() -> Config.load(environment, "the bridge", needed))
                .isInstanceOf(ConfigException.class)
                .message()
                .contains("PLANTBUDDY_TYPO is not a known key", "/nowhere/at/all cannot be read")
                .contains("PLANTBUDDY_INFLUX_URL is not set: the bridge needs it (")
                .contains("PLANTBUDDY_INFLUX_TOKEN or PLANTBUDDY_INFLUX_TOKEN_FILE is not set: the bridge needs it (")
                .contains("PLANTBUDDY_MQTT_TOKEN or PLANTBUDDY_MQTT_TOKEN_FILE is not set")
                .doesNotContain("PLANTBUDDY_NOTIFY_SECRET or", "PLANTBUDDY_MQTT_URL")
                .hasLineCount(6);
        assertThatThrownBy(() -> Config.load(Map.of()).require("the page", Set.of(Key.INFLUX_URL, Key.INFLUX_TOKEN)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("INFLUX_URL is not set: the page needs it")
                .hasMessageContaining("INFLUX_TOKEN");
    }

    @Test
    void environmentWinsOverThePropertiesFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("plantbuddy.properties"), "PLANTBUDDY_WEB_PORT=9000\nPLANTBUDDY_MQTT_PORT=2000\n");
        Config config = Config.load(Map.of("PLANTBUDDY_CONFIG", file.toString(), "PLANTBUDDY_WEB_PORT", "9001"));

        assertThat(config.port(Key.WEB_PORT)).isEqualTo(9_001);
        assertThat(config.port(Key.MQTT_PORT)).isEqualTo(2_000);
    }

    @Test
    void unknownKeyInThePropertiesFileIsAnErrorToo() throws Exception {
        Path file = Files.writeString(folder.resolve("plantbuddy.properties"), "WEB_PORT=9000\n");

        assertThatThrownBy(() -> Config.load(Map.of("PLANTBUDDY_CONFIG", file.toString())))
                .hasMessageContaining("WEB_PORT is not a known key");
        assertThatThrownBy(() -> Config.load(Map.of("PLANTBUDDY_CONFIG", "/nowhere/at/all")))
                .hasMessageContaining("/nowhere/at/all cannot be read");
    }

    @Test
    void secretComesFromAFileAndIsNeverPrinted() throws Exception {
        Path file = Files.writeString(folder.resolve("notify-secret"), "abc123\n");
        Config config = Config.load(Map.of("PLANTBUDDY_NOTIFY_SECRET_FILE", file.toString()));

        assertThat(config.secret(Key.NOTIFY_SECRET).map(Secret::text)).hasValue("abc123");
        assertThat(config.secret(Key.NOTIFY_SECRET).map(Secret::toString).orElse(""))
                .doesNotContain("abc123");
    }

    @Test
    void secretOfAFileIsReadAnewAndSurvivesAMomentWithoutIt() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "one\n");
        Config config = Config.load(Map.of("PLANTBUDDY_MQTT_TOKEN_FILE", file.toString()));
        Supplier<Secret> token = config.currentSecret(Key.MQTT_TOKEN).orElseThrow();

        Files.writeString(file, "two\n");
        assertThat(token.get().text()).isEqualTo("two");
        Files.writeString(file, "");
        assertThat(token.get().text()).isEqualTo("two");
        Files.delete(file);
        assertThat(token.get().text()).isEqualTo("two");
        assertThat(config.secret(Key.MQTT_TOKEN).map(Secret::text)).hasValue("one");
        assertThat(config.with(Map.of(Key.MQTT_TOKEN, "value"))
                        .currentSecret(Key.MQTT_TOKEN)
                        .map(Supplier::get))
                .hasValue(new Secret("value"));
    }

    @Test
    void onlySecretsMayComeFromAFile() {
        assertThatThrownBy(() -> Config.load(Map.of("PLANTBUDDY_WEB_PORT_FILE", "/etc/hostname")))
                .hasMessageContaining("PLANTBUDDY_WEB_PORT_FILE is not a known key");
    }

    @Test
    void copyWithSomeKeysSetLeavesTheOriginal() {
        Config config = Config.load(Map.of("PLANTBUDDY_WEB_PORT", "9000"));
        Config copy = config.with(Map.of(Key.WEB_PORT, "9001"));

        assertThat(copy.port(Key.WEB_PORT)).isEqualTo(9_001);
        assertThat(config.port(Key.WEB_PORT)).isEqualTo(9_000);
    }
}
