package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.topic.Topics;
import org.testcontainers.hivemq.HiveMQContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The packaged extension in a HiveMQ installation that is not ours: who gets in, and what each may do. */
class PackagedExtensionIT {

    private static final DockerImageName HIVEMQ = DockerImageName.parse("hivemq/hivemq-ce:2025.5");
    private static final String PASSWORD = "correct horse";
    private static final String BRIDGE = "pb_test-bridge";
    private static final String READING = "plantbuddy/rick/01/soil_moisture";
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    static Path folder;

    private static String board = "";
    private static HiveMQContainer broker = new HiveMQContainer(HIVEMQ);

    @BeforeAll
    static void start() throws IOException {
        Path database = folder.resolve("accounts.db");
        try (Accounts accounts = Accounts.open(
                Config.load(Map.of("PLANTBUDDY_DATABASE_URL", "jdbc:sqlite:" + database)), Clock.systemUTC())) {
            accounts.users().add("rick", PASSWORD);
            accounts.users().add("anna", PASSWORD);
            board = accounts.devices().add("rick", "01").password();
            accounts.services().put(Services.BRIDGE, BRIDGE);
        }
        broker.withoutPrepackagedExtensions("hivemq-allow-all-extension")
                .withExtension(MountableFile.forHostPath(unpacked()))
                .withHiveMQConfig(MountableFile.forHostPath(Path.of("src/main/hivemq/config.xml")))
                .waitForExtension("Plant Buddy")
                .withEnv("HIVEMQ_ALLOW_ALL_CLIENTS", "false")
                .withEnv("PLANTBUDDY_MQTT_BIND", "0.0.0.0")
                .withEnv("PLANTBUDDY_MQTT_PORT", "1883")
                .withEnv("PLANTBUDDY_MQTT_WEBSOCKET_PORT", "8000")
                .withEnv("PLANTBUDDY_BRIDGE_QUEUE", "8000000")
                .withEnv("PLANTBUDDY_DATABASE_URL", "jdbc:sqlite:/tmp/accounts.db")
                .withCopyFileToContainer(MountableFile.forHostPath(database, 0666), "/tmp/accounts.db")
                .start();
    }

    @AfterAll
    static void stop() {
        broker.stop();
    }

    @Test
    void onlyThoseWithASecretOfTheirOwnGetIn() {
        assertThat(client().connectCode()).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(client().as("rick/01", "wrong").connectCode()).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(client().as("anna", board).connectCode()).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        assertThat(client().as("rick", PASSWORD).connectCode()).isZero();
    }

    @Test
    void aBoardsReadingReachesTheBridgeAndNoOtherTopicIsItsOwn() throws Exception {
        try (Paho bridge = bridge();
                Paho rick = client().as("rick/01", board).connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            await().until(() -> rick.publish(READING, "20") == 0);
            await().until(() -> bridge.payloads().contains("20"));
            assertThat(rick.publish("plantbuddy/anna/01/soil_moisture", "stolen")).isEqualTo(NOT_AUTHORIZED);
            assertThat(bridge.payloads()).doesNotContain("stolen");
        }
    }

    @Test
    void nobodyReadsWhatIsAnothers() throws Exception {
        try (Paho anna = client().as("anna", PASSWORD).connect()) {
            assertThat(anna.subscribe("plantbuddy/rick/#")).isEqualTo(NOT_AUTHORIZED);
            assertThat(anna.subscribe("$share/bridge/plantbuddy/+/+/+")).isGreaterThanOrEqualTo(0x80);
        }
    }

    @Test
    void theBridgesClientIdGivesNobodyItsSession() throws Exception {
        try (Paho bridge = bridge();
                Paho anna = client().as("anna", PASSWORD).clientId("bridge-1").connect()) {
            assertThat(bridge.isConnected()).isTrue();
            assertThat(anna.isConnected()).isTrue();
        }
    }

    private static Paho bridge() throws Exception {
        return client().as(Services.BRIDGE, BRIDGE).clientId("bridge-1").session(60).connect();
    }

    private static Paho client() {
        return Paho.to("tcp://" + broker.getHost() + ":" + broker.getMqttPort());
    }

    /** The zip as it is released, unpacked as an operator would. */
    private static Path unpacked() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(InstalledExtension.zip()))) {
            Path extension = Files.createDirectory(folder.resolve("plantbuddy-extension"));
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                assertThat(file).startsWithRaw(extension);
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.copy(zip, file);
                }
            }
            return extension;
        }
    }
}
