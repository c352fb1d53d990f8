package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.topic.Topics;

/** Who gets in and what each may do, whatever way the broker is run; tried with clients of others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AccessContract {

    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_USER_NAME_OR_PASSWORD = 0x86;
    private static final String READING = "plantbuddy/rick/01/soil_moisture";

    private Site site;
    private Paho bridge;

    /** Starts a broker for the people of {@link Site}. */
    abstract Site site(Path data) throws Exception;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        site = site(data);
        bridge = site.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
    }

    @AfterAll
    void stop() throws Exception {
        bridge.close();
        site.close();
    }

    @Test
    void everyoneSignsInWithTheirOwnSecret() throws Exception {
        for (Paho client :
                new Paho[] {site.board(), as("rick", Site.PASSWORD), as("rick", site.rickToken), as("$web", site.web)
                }) {
            assertThat(client.connectCode()).isZero();
            client.close();
        }
    }

    @Test
    void nobodyElseGetsIn() {
        assertThat(Paho.to(site.uri()).connectCode()).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        String[][] wrong = {
            {"rick/01", site.annaBoard},
            {"rick/01", Site.PASSWORD},
            {"rick/01", ""},
            {"rick", site.rickBoard},
            {"rick", "wrong password"},
            {"anna", site.rickToken},
            {"nobody", Site.PASSWORD},
            {"rick/02", site.rickBoard},
            {"rick/#", site.rickBoard},
            {"+/01", site.rickBoard},
            {"Rick", Site.PASSWORD},
            {"$bridge", site.web},
            {"$canary", site.bridge},
            {"$bridge", Site.PASSWORD},
            {"bridge", site.bridge},
            {"", ""},
        };
        for (String[] each : wrong) {
            assertThat(as(each[0], each[1]).connectCode())
                    .as("user '%s'", each[0])
                    .isEqualTo(BAD_USER_NAME_OR_PASSWORD);
        }
    }

    @Test
    void aNameThatNobodyCanHaveIsAnsweredWithOneThatIsAllowed() throws Exception {
        ByteArrayOutputStream connect = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(connect);
        body.writeUTF("MQTT");
        body.write(new byte[] {5, (byte) 0xC2, 0, 60, 0}); // version, username and password, keep-alive, no properties
        for (String text : new String[] {"x", "rick/Monstera", "x"}) {
            body.writeUTF(text);
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
            socket.getOutputStream().write(new byte[] {0x10, (byte) connect.size()});
            socket.getOutputStream().write(connect.toByteArray());
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer[4] & 0xFF).isEqualTo(BAD_USER_NAME_OR_PASSWORD); // its length has two bytes
            assertThat(new String(answer, StandardCharsets.UTF_8)).contains("; try monstera");
        }
    }

    @ParameterizedTest
    @CsvSource({"mqttv311", "mqttv5"})
    void aReadingOfMosquittoReachesTheBridge(String version) throws Exception {
        Mosquitto.Ended ended = pub(version, "rick/01", site.rickBoard, "-t", READING, "-m", "20-" + version);
        assertThat(ended.code()).as(ended.output()).isZero();
        await().until(() -> bridge.payloads().contains("20-" + version));
    }

    @ParameterizedTest
    @CsvSource({
        "plantbuddy/anna/01/soil_moisture",
        "plantbuddy/rick/02/soil_moisture",
        "plantbuddy/rick/01/soil_moisture/",
        "plantbuddy/rick/01",
        "plantbuddy/rick/01/",
        "plantbuddy/rick/alerts",
        "plantbuddy/rick/alerts/01/light",
        "plantbuddy/rick/rejected",
        "plantbuddy/anna/01/LWT",
        "plantbuddy/rick/01/sensor/soil/state",
        "plantbuddy/status",
        "tele/tasmota_6B0E91/SENSOR",
        "other",
    })
    void aBoardPublishesNowhereElse(String topic) throws Exception {
        Mosquitto.Ended v3 = pub("mqttv311", "rick/01", site.rickBoard, "-t", topic, "-m", "stolen");
        Mosquitto.Ended v5 = pub("mqttv5", "rick/01", site.rickBoard, "-t", topic, "-m", "stolen");
        assertThat(v3.code()).as(v3.output()).isNotZero();
        assertThat(v5.output()).containsIgnoringCase("not authorized");
        assertThat(bridge.payloads()).doesNotContain("stolen");
    }

    @ParameterizedTest
    @CsvSource({
        "rick, plantbuddy/rick/01/light",
        "rick, plantbuddy/rick/01/status",
        "rick, plantbuddy/rick/alerts",
        "rick, plantbuddy/anna/01/light",
        "rick, plantbuddy/rick/01/LWT",
        "$web, homeassistant/status",
        "$bridge, homeassistant/status",
        "$web, plantbuddy/rick/01/status",
        "$web, plantbuddy/rick/01/light/",
        "$web, plantbuddy/rick/alerts",
        "$web, plantbuddy/rick/alerts/01/light",
        "$web, plantbuddy/rick/rejected",
        "$bridge, plantbuddy/rick/01/light",
        "$bridge, plantbuddy/rick/01/status",
        "$bridge, plantbuddy/rick/alerts/",
        "$canary, plantbuddy/rick/01/light",
        "$canary, plantbuddy/rick/alerts",
    })
    void nobodyPublishesWhatIsAnothersToSay(String username, String topic) throws Exception {
        for (String retain : new String[] {"", "-r"}) {
            String[] more = retain.isEmpty()
                    ? new String[] {"-t", topic, "-m", "stolen", "-i", "speaker"}
                    : new String[] {"-t", topic, "-m", "stolen", "-i", "speaker", retain};
            Mosquitto.Ended v3 = pub("mqttv311", username, secret(username), more);
            Mosquitto.Ended v5 = pub("mqttv5", username, secret(username), more);
            assertThat(v3.code()).as(v3.output()).isNotZero();
            assertThat(v5.output()).containsIgnoringCase("not authorized");
        }
        assertThat(bridge.payloads()).doesNotContain("stolen");
    }

    /** The topic of a publish has no wildcards in MQTT; mosquitto's client would not send it. */
    @ParameterizedTest
    @CsvSource({
        "plantbuddy/+/01/light",
        "plantbuddy/rick/+/light",
        "plantbuddy/rick/01/#",
        "plantbuddy/rick/01/+",
        "plantbuddy/#",
        "''"
    })
    void aPublishWithWildcardsEndsTheConnection(String topic) throws Exception {
        try (RawClient board = new RawClient(site.port())) {
            assertThat(board.connect("rick/01", site.rickBoard)).isZero();
            board.publish(1, topic, "stolen");
            assertThat(board.isEnded()).isTrue();
        }
        assertThat(bridge.payloads()).doesNotContain("stolen");
    }

    @Test
    void aDeniedPublishOfMqtt5LeavesTheConnection() throws Exception {
        try (Paho board = site.board().connect()) {
            assertThat(board.publish("plantbuddy/anna/01/light", "stolen")).isEqualTo(NOT_AUTHORIZED);
            assertThat(board.publish(READING, "still here")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"$SYS/x", "$share/bridge/plantbuddy/rick/01/light", "$"})
    void theBrokersOwnTopicsAreNobodys(String topic) throws Exception {
        try (Paho board = site.board().connect();
                Paho web = as("$web", site.web).connect()) {
            assertThat(board.publish(topic, "stolen")).isEqualTo(NOT_AUTHORIZED);
            assertThat(web.publish(topic, "stolen")).isEqualTo(NOT_AUTHORIZED);
        }
    }

    @Test
    void aReadingIsTakenWithoutItsRetainFlagAsOnlyTheStatusIsKept() throws Exception {
        try (Paho board = site.board().connect();
                Paho rick = as("rick", Site.PASSWORD).clientId("late").connect()) {
            assertThat(board.publish(READING, "kept", true)).isZero();
            await().until(() -> bridge.payloads().contains("kept"));
            assertThat(board.publish("plantbuddy/rick/01/status", "online", true))
                    .isZero();
            assertThat(rick.subscribe("plantbuddy/rick/#")).isEqualTo(1);
            await().until(() -> rick.payloads().contains("online"));
            assertThat(rick.payloads()).doesNotContain("kept");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rick/01, plantbuddy/rick/01/#",
        "rick/01, plantbuddy/rick/01/status",
        "rick/01, #",
        "rick/01, $share/bridge/plantbuddy/+/+/+",
        "rick, plantbuddy/anna/#",
        "rick, plantbuddy/+/alerts",
        "rick, plantbuddy/#",
        "rick, #",
        "rick, +/rick/#",
        "rick, $SYS/#",
        "rick, $share/bridge/plantbuddy/+/+/+",
        "rick, $share/x/plantbuddy/rick/#",
        "$web, $share/bridge/plantbuddy/+/+/+",
        "$web, #",
        "$web, $SYS/#",
        "$web, plantbuddy/#",
        "$web, plantbuddy/+/#",
        "$web, plantbuddy/+/+/+",
        "$web, plantbuddy/rick/+/light",
        "$web, plantbuddy/rick/01/light",
        "$web, $share/x/plantbuddy/rick/#",
        "rick, plantbuddy/rick",
        "rick, plantbuddy/anna/01/",
        "rick/01, plantbuddy/rick/01/light/",
        "$canary, plantbuddy/rick/#",
        "$canary, $share/bridge/plantbuddy/+/+/+",
        "$bridge, plantbuddy/#",
        "$bridge, $share/other/plantbuddy/+/+/+",
        "$bridge, $share/bridge/plantbuddy/#",
    })
    void nobodyReadsWhatIsNotTheirs(String username, String filter) throws Exception {
        try (Paho client = as(username, secret(username)).clientId("reader").connect()) {
            assertThat(client.subscribe(filter)).isEqualTo(NOT_AUTHORIZED);
        }
        Mosquitto.Ended v3 = Mosquitto.sub(
                site.port(), "mqttv311", username, secret(username), "-t", filter, "-E", "-d", "-W", "10");
        assertThat(v3.output()).contains("128");
    }

    @Test
    void aUserReadsTheirOwn() throws Exception {
        try (Paho rick = as("rick", site.rickToken).connect();
                Paho anna = as("anna", Site.PASSWORD).connect();
                Paho board = site.board().clientId("b").connect()) {
            assertThat(rick.subscribe("plantbuddy/rick/#")).isEqualTo(1);
            assertThat(anna.subscribe("plantbuddy/anna/#")).isEqualTo(1);
            assertThat(bridge.publish("plantbuddy/rick/alerts", "thirsty")).isLessThan(0x80);
            assertThat(bridge.publish("plantbuddy/anna/alerts", "drowned")).isLessThan(0x80);
            assertThat(board.publish(READING, "33.3")).isZero();
            await().until(() ->
                    rick.payloads().contains("33.3") && rick.payloads().contains("thirsty"));
            await().until(() -> anna.payloads().contains("drowned"));
            assertThat(rick.payloads()).doesNotContain("drowned");
            assertThat(anna.payloads()).doesNotContain("thirsty", "33.3");
        }
    }

    @Test
    void webReadsOfTheUsersItNamesAndOfNobodyElse() throws Exception {
        try (Paho web = as("$web", site.web).connect();
                Paho board = site.board().clientId("b").connect()) {
            assertThat(web.subscribe("plantbuddy/rick/#")).isLessThan(0x80);
            assertThat(bridge.publish("plantbuddy/anna/alerts", "of anna")).isLessThan(0x80);
            assertThat(bridge.publish("plantbuddy/rick/alerts", "of rick")).isLessThan(0x80);
            assertThat(board.publish(READING, "44.4")).isZero();
            await().until(() ->
                    web.payloads().contains("44.4") && web.payloads().contains("of rick"));
            assertThat(web.payloads()).doesNotContain("of anna");
        }
    }

    @Test
    void aWillIsOnlyTheOwnStatus() throws Exception {
        try (Paho board = site.board().will("plantbuddy/rick/01/status", "offline", true)) {
            assertThat(board.connectCode()).isZero();
        }
        for (String topic : new String[] {
            READING, "plantbuddy/anna/01/status", "plantbuddy/rick/01/status/", "plantbuddy/rick/alerts", "$SYS/x"
        }) {
            assertThat(site.board().will(topic, "forged", true).connectCode())
                    .as(topic)
                    .isEqualTo(NOT_AUTHORIZED);
        }
        Mosquitto.Ended v3 = pub(
                "mqttv311",
                "rick/01",
                site.rickBoard,
                "-t",
                READING,
                "-m",
                "1",
                "--will-topic",
                "plantbuddy/anna/01/status",
                "--will-payload",
                "offline");
        assertThat(v3.code()).isNotZero();
    }

    @Test
    void aWillOfAPersonIsTakenOffAndTheyAreLetIn() throws Exception {
        try (Paho rick = as("rick", Site.PASSWORD).will("plantbuddy/rick/01/status", "forged", true);
                Paho again = as("rick", Site.PASSWORD);
                Paho board = site.board().clientId("b")) {
            assertThat(rick.connectCode()).isZero();
            again.connect(); // takes the session over, which sends the will of the first connection, if it has one
            await().until(() -> !rick.isConnected());
            assertThat(board.connect().publish(READING, "after the will")).isZero();
            await().until(() -> bridge.payloads().contains("after the will"));
        }
        assertThat(bridge.payloads()).doesNotContain("forged");
    }

    /** With Paho and MQTT 5. */
    @ParameterizedTest
    @MethodSource("org.plantbuddy.broker.Newcomer#all")
    void firmwareAndHomeAssistantStayConnectedAndOnlyStatusAndReadingsGoOn(Newcomer newcomer) throws Exception {
        String payload = newcomer + "-5";
        try (Paho client = as(newcomer.username(), secret(newcomer.username()))
                .clientId("new")
                .will(newcomer.will(), "offline", true)
                .connect()) {
            for (String topic : newcomer.topics()) {
                assertThat(client.publish(topic, payload, true)).as(topic).isZero();
            }
            assertThat(client.subscribe("homeassistant/#")).isEqualTo(NOT_AUTHORIZED);
            assertThat(client.isConnected()).isTrue();
        }
        assertOnlyStatusAndReadingsWentOn(newcomer, payload);
    }

    /** A publish that is denied ends a connection of MQTT 3.1.1. */
    @ParameterizedTest
    @MethodSource("org.plantbuddy.broker.Newcomer#all")
    void andSoTheyDoWithMqtt311AndQos0(Newcomer newcomer) throws Exception {
        String payload = newcomer + "-3";
        try (RawClient client = new RawClient(site.port()).clientId("new").will(newcomer.will())) {
            assertThat(client.connect(newcomer.username(), secret(newcomer.username())))
                    .isZero();
            int packetId = 0;
            for (String topic : newcomer.topics()) {
                client.publishUnacknowledged(topic, payload);
                client.publishRetained(++packetId, topic, payload);
                assertThat(client.next()).as(topic).isEqualTo(RawClient.PUBACK);
            }
            client.ping();
            assertThat(client.next()).isEqualTo(RawClient.PINGRESP);
        }
        assertOnlyStatusAndReadingsWentOn(newcomer, payload);
    }

    private void assertOnlyStatusAndReadingsWentOn(Newcomer newcomer, String payload) throws Exception {
        try (Paho board = site.board().clientId("b").connect()) {
            assertThat(board.publish(READING, "after " + payload)).isZero();
        }
        await().until(() -> bridge.payloads().contains("after " + payload));
        assertThat(bridge.received)
                .filteredOn(message -> message.payload().equals(payload))
                .extracting(Paho.Received::topic)
                .containsAll(
                        newcomer.topics().stream().filter(Newcomer::isPassedOn).toList())
                .allMatch(Newcomer::isPassedOn);
    }

    @Test
    void stampsIncreaseAndOfTheBoardsOwnPropertiesOnlyTheFirstTimeGoesOn() throws Exception {
        try (Paho board = site.board().clientId("stamped").connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(board.publish(
                                READING,
                                "stamp-" + i,
                                new UserProperty(Topics.RECEIVED_AT, "1"),
                                new UserProperty("other", "taken off"),
                                new UserProperty(Topics.TIME, "1790000000"),
                                new UserProperty(Topics.TIME, "1790000001")))
                        .isZero();
            }
        }
        await().until(() -> bridge.payloads().contains("stamp-49"));
        long last = System.currentTimeMillis() * 1_000_000L - 60_000_000_000L;
        int seen = 0;
        for (Paho.Received message : bridge.received) {
            if (message.payload().startsWith("stamp-")) {
                assertThat(message.properties())
                        .extracting(UserProperty::getKey)
                        .containsExactly(Topics.TIME, Topics.RECEIVED_AT);
                assertThat(message.property(Topics.TIME)).contains("1790000000");
                long stamp = Long.parseLong(message.property(Topics.RECEIVED_AT).orElseThrow());
                assertThat(stamp).isGreaterThan(last);
                last = stamp;
                seen++;
            }
        }
        assertThat(seen).isEqualTo(50);
    }

    @Test
    void aRevokedBoardDoesNotGetInAgain() throws Exception {
        String token = site.accounts.devices().add("rick", "lost").password();
        try (Paho lost = as("rick/lost", token).connect()) {
            assertThat(lost.isConnected()).isTrue();
        }
        site.accounts.devices().revoke("rick", "lost");
        assertThat(as("rick/lost", token).connectCode()).isEqualTo(BAD_USER_NAME_OR_PASSWORD);
    }

    private Paho as(String username, String password) {
        return Paho.to(site.uri()).as(username, password);
    }

    private String secret(String username) {
        return switch (username) {
            case "rick/01" -> site.rickBoard;
            case "$web" -> site.web;
            case "$bridge" -> site.bridge;
            case "$canary" -> site.canary;
            default -> Site.PASSWORD;
        };
    }

    private Mosquitto.Ended pub(String version, String username, String password, String... more) throws Exception {
        return Mosquitto.pub(site.port(), version, username, password, more);
    }
}
