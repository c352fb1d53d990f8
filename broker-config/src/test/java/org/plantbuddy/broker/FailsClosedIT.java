package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.persistence.local.xodus.bucket.Bucket;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.broker.hivemq.HiveMqInternals;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.CertificateAuthority;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.topic.Topics;

/** When something the broker needs is broken, nobody gets in. */
class FailsClosedIT {

    private static final int MQTT3_SERVER_UNAVAILABLE = 3;
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    Path data;

    @Test
    void withAnUnreadableDatabaseItDoesNotStartAndSaysWhy() throws Exception {
        Files.writeString(data.resolve("plantbuddy.db"), "this is no database, whatever it was before".repeat(100));
        assertThatThrownBy(() -> EmbeddedBroker.start(Site.config(data)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("extension did not start")
                .hasMessageContaining("plantbuddy.db");
    }

    @Test
    void onADiskWithTooLittleRoomItDoesNotStartAndMakesNothing() {
        Config config = Site.config(data).with(Map.of(Key.DISK_FREE, Long.toString(Long.MAX_VALUE)));
        assertThatThrownBy(() -> EmbeddedBroker.start(config))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("the broker does not start: the disk of")
                .hasMessageContaining("PLANTBUDDY_DISK_FREE");
        assertThat(data.resolve("broker")).doesNotExist();
    }

    @Test
    void withAQueueThatHiveMqCannotReadAfterACrashItDoesNotStartAndSaysWhy() throws Exception {
        try (TestBroker broker = new TestBroker(data)) {
            try (Paho bridge = broker.bridge().withoutAcknowledging().connect();
                    Paho board = broker.board().connect()) {
                assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
                assertThat(board.publish("plantbuddy/rick/01/light", "36")).isZero();
            }
            damageTheQueues();
        }
        assertThatThrownBy(() -> EmbeddedBroker.start(Site.config(data)))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("extension did not start")
                .hasMessageContaining("queue could not be put right after a crash")
                .hasMessageContaining("start the broker again");
    }

    /** Each message looks as if a client had it when the broker was killed, and ends too soon. */
    private static void damageTheQueues() throws ReflectiveOperationException {
        Object queues = HiveMqInternals.queues(com.hivemq.extension.sdk.api.services.Services.publishService());
        Object before = Proxy.getInvocationHandler(HiveMqInternals.field(Object.class, queues, "localPersistence"));
        Object persistence = HiveMqInternals.field(Object.class, before, "persistence");
        Bucket[] buckets = HiveMqInternals.field(Bucket[].class, persistence, "buckets");
        for (Bucket bucket : buckets) {
            bucket.getEnvironment().executeInExclusiveTransaction(transaction -> {
                try (Cursor cursor = bucket.getStore().openCursor(transaction)) {
                    while (cursor.getNext()) {
                        ByteIterable damaged = new ArrayByteIterable(new byte[] {0, 1, 0});
                        bucket.getStore().put(transaction, new ArrayByteIterable(cursor.getKey()), damaged);
                    }
                }
            });
        }
    }

    @Test
    void aBrokerWhoseExtensionCouldNotOpenTheDatabaseAcceptsNobody() throws Exception {
        Files.writeString(data.resolve("plantbuddy.db"), "this is no database, whatever it was before".repeat(100));
        Config config = Site.config(data);
        try (EmbeddedBroker broker =
                EmbeddedBroker.launch(config, new PlantBuddyExtension(config, Clock.systemUTC()))) {
            assertNobodyGetsIn(broker);
        }
    }

    @Test
    void aBrokerWhoseExtensionThrowsAcceptsNobody() {
        ExtensionMain throwing = new ExtensionMain() {
            @Override
            public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
        };
        try (EmbeddedBroker broker = EmbeddedBroker.launch(Site.config(data), throwing)) {
            assertNobodyGetsIn(broker);
        }
    }

    @Test
    void anInstallationWithoutTheExtensionsJarAcceptsNobody() throws Exception {
        try (InstalledExtension site = new InstalledExtension(data, file -> !file.matches("[^/]*/[^/]*\\.jar"))) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> Paho.to(site.uri()).connectCode() == NOT_AUTHORIZED);
            assertThat(site.board().connectCode()).isEqualTo(NOT_AUTHORIZED);
            assertThat(site.bridge().connectCode()).isEqualTo(NOT_AUTHORIZED);
            assertThat(Paho.to(site.uri()).as("rick", Site.PASSWORD).connectCode())
                    .isEqualTo(NOT_AUTHORIZED);
        }
    }

    @Test
    void aDatabaseThatBreaksWhileTheBrokerRunsLetsNobodyIn() throws Exception {
        Config config = Site.config(data);
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            accounts.services().put(Services.WEB, "pb_web");
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(config)) {
            String uri = "tcp://127.0.0.1:" + broker.mqttPort();
            try (Paho web = Paho.to(uri).as("$web", "pb_web").connect()) {
                assertThat(web.isConnected()).isTrue();
            }
            try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("plantbuddy.db"));
                    Statement statement = database.createStatement()) {
                statement.execute("ALTER TABLE services RENAME TO gone");
            }
            assertThat(Paho.to(uri).as("$web", "pb_web").connectCode()).isNotZero();
            Mosquitto.Ended v3 = Mosquitto.pub(broker.mqttPort(), "mqttv311", "$web", "pb_web", "-t", "x", "-m", "x");
            assertThat(v3.code()).isEqualTo(MQTT3_SERVER_UNAVAILABLE);
        }
    }

    @Test
    void takenPortsAndABadCertificateAreNamedTogetherWithTheirKeys() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Config config = Site.config(data)
                    .with(Map.of(
                            Key.MQTT_WEBSOCKET_PORT,
                            port,
                            Key.MQTT_TLS_PORT,
                            port,
                            Key.MQTT_CLIENT_CERTIFICATES,
                            "always",
                            Key.TLS_FOLDER,
                            data.resolve("nowhere").toString()));
            assertThatThrownBy(() -> EmbeddedBroker.start(config))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("port " + port + " on 127.0.0.1 (MQTT over WebSocket)")
                    .hasMessageContaining("set PLANTBUDDY_MQTT_WEBSOCKET_PORT")
                    .hasMessageContaining("set PLANTBUDDY_MQTT_TLS_PORT")
                    .hasMessageContaining("PLANTBUDDY_MQTT_CLIENT_CERTIFICATES=always must be one of")
                    .hasMessageContaining(data.resolve("nowhere") + "/fullchain.pem is missing");
        }
    }

    @Test
    void certificatesOfBoardsNeedTlsAndAnAuthority() throws Exception {
        Config config = Site.config(data).with(Map.of(Key.MQTT_CLIENT_CERTIFICATES, "OPTIONAL"));
        assertThat(EmbeddedBroker.problems(config)).singleElement().asString().contains("set PLANTBUDDY_TLS_FOLDER");
        TlsFolder folder = new TlsFolder(data.resolve("tls"));
        CertificateAuthority.make(data.resolve("tls-ca"), Clock.systemUTC()).serve(folder, List.of("localhost"));
        Config withTls = config.with(Map.of(Key.TLS_FOLDER, folder.folder().toString(), Key.MQTT_TLS_PORT, "0"));
        assertThat(EmbeddedBroker.problems(withTls)).isEmpty();
        Files.delete(folder.folder().resolve("clients.pem"));
        assertThat(EmbeddedBroker.problems(withTls)).singleElement().asString().contains("clients.pem");
    }

    private static void assertNobodyGetsIn(EmbeddedBroker broker) {
        String uri = "tcp://127.0.0.1:" + broker.mqttPort();
        assertThat(Paho.to(uri).connectCode()).isEqualTo(0x87);
        assertThat(Paho.to(uri).as("rick", Site.PASSWORD).connectCode()).isEqualTo(0x87);
        assertThat(Paho.to(uri).as("$bridge", "x").connectCode()).isEqualTo(0x87);
    }
}
