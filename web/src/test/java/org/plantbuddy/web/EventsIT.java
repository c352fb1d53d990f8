package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.MqttConnection;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.MosquittoBroker;
import org.plantbuddy.topic.Topics;

/** What comes to the broker, as open pages hear it. */
class EventsIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SOIL = "plantbuddy/rick/01/soil_moisture";

    @TempDir
    private Path folder;

    private MosquittoBroker broker;
    private Accounts accounts;
    private Web web;
    private MqttConnection boards;
    private final List<EventReader> readers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker = MosquittoBroker.start(folder, "$web", "$bridge", "reader");
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        for (String user : List.of("rick", "anna", "rick-2")) {
            accounts.users().add(user, Fixture.PASSWORD);
        }
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "none",
                        Key.MQTT_URL, broker.url(),
                        Key.MQTT_TOKEN, "secret"));
        web = Web.start(config, accounts, Metrics.ofProcess());
        boards = MqttConnection.start(
                new MqttOptions(broker.url(), "boards", "reader", new Secret("secret")), delivery -> {});
        assertThat(boards.isConnectedWithin(LONG)).isTrue();
    }

    @AfterEach
    void stop() {
        readers.forEach(EventReader::close);
        boards.close();
        web.close();
        accounts.close();
        broker.close();
    }

    @Test
    void eachHearsTheirOwnAsItIsStoredAndNothingOfOthers() throws Exception {
        EventReader rick = ready("rick");
        EventReader anna = ready("anna");
        EventReader another = ready("rick-2");
        publish("plantbuddy/anna/01/soil_moisture", "1");
        publish("plantbuddy/rick-2/01/soil_moisture", "2");
        publish("plantbuddy/nobody/01/soil_moisture", "3");
        publish("plantbuddy/rick/rick/01/soil_moisture", "4");
        publish(SOIL, "12,5");
        publish(SOIL, "{\"reading\": 42, \"time\": " + System.currentTimeMillis() / 1000 + "}");
        publish("plantbuddy/rick/01/status", "online");
        publish("plantbuddy/rick/alerts/01/soil_moisture", "{\"level\":\"crit\",\"message\":\"dry\"}");
        publish(
                "plantbuddy/rick/rejected",
                "{\"topic\":\"" + SOIL + "\",\"payload\":\"12,5\",\"reason\":\"no number\"}");

        await().atMost(LONG).until(() -> !rick.heard("refused").isEmpty());
        assertThat(rick.heard("reading")).singleElement().asString().contains("\"value\":42.0", "\"device\":\"01\"");
        assertThat(rick.heard("device")).singleElement().asString().contains("\"status\":\"online\"");
        assertThat(rick.heard("alert")).singleElement().asString().contains("\"level\":\"crit\"", "dry");
        assertThat(rick.heard("refused")).singleElement().asString().contains("no number");
        await().atMost(LONG)
                .until(() -> !anna.heard("reading").isEmpty()
                        && !another.heard("reading").isEmpty());
        assertThat(anna.heard).extracting(EventReader.Heard::name).isSubsetOf("ready", "reading", "beat");
        assertThat(anna.heard("reading")).singleElement().asString().contains("\"value\":1.0");
        assertThat(another.heard("reading")).singleElement().asString().contains("\"value\":2.0");
    }

    @Test
    void whoComesBackHearsWhatWasMissedOrThatItIsNotKnown() throws Exception {
        Owner rick = owner("rick");
        EventReader first = open(rick, "");
        awaitHeard(first, "ready");
        publish(SOIL, "1");
        await().atMost(LONG).until(() -> first.heard("reading").size() == 1);
        String seen = first.lastId();
        first.close();
        publish(SOIL, "2");
        publish(SOIL, "3");

        EventReader second = open(rick, seen);
        await().atMost(LONG).until(() -> second.heard("reading").size() == 2);
        assertThat(second.heard("reading").get(0)).contains("\"value\":2.0");
        assertThat(second.heard("reading").get(1)).contains("\"value\":3.0");
        assertThat(second.heard("reset")).isEmpty();

        for (String unknown : List.of("x", seen + "0", "0-0", "x".repeat(1_000))) {
            EventReader third = open(rick, unknown);
            if (unknown.length() > 100) {
                awaitHeard(third, "ready"); // as if it had none
            } else {
                awaitHeard(third, "reset");
            }
            assertThat(third.heard("reading")).isEmpty();
        }
        EventReader anna = open(owner("anna"), seen);
        awaitHeard(anna, "reset");
        assertThat(anna.heard("reading")).isEmpty();
    }

    @Test
    void signingOutEndsTheStreamsOfThatSessionAndARemovedUsersEndToo() throws Exception {
        Owner rick = owner("rick");
        EventReader one = open(rick, "");
        EventReader two = ready("rick");
        EventReader anna = ready("anna");
        assertThat(rick.signOut()).isEqualTo(204);
        accounts.users().remove("anna");
        await().atMost(Duration.ofSeconds(30)).until(() -> one.isOver() && anna.isOver());
        await().atMost(LONG).until(() -> !two.heard("beat").isEmpty());
        assertThat(two.isOver()).isFalse();
        assertThatThrownBy(() -> open(rick, "")).hasMessageStartingWith("401");
        accounts.users().changePassword("rick", "another good one");
        await().atMost(Duration.ofSeconds(30)).until(two::isOver);
    }

    @Test
    void tokenHearsWhileItHoldsAndHasTheScope() throws Exception {
        Browser app = new Browser("http://127.0.0.1:" + web.port());
        String reads = accounts.appTokens().create("rick", "reads", Set.of(Scope.READ), Optional.empty());
        String writes = accounts.appTokens().create("rick", "writes", Set.of(Scope.MQTT), Optional.empty());
        EventReader reader = EventReader.open(app, "Authorization", "Bearer " + reads);
        readers.add(reader);
        awaitHeard(reader, "ready");
        publish("plantbuddy/anna/01/soil_moisture", "1");
        publish(SOIL, "2");
        await().atMost(LONG).until(() -> !reader.heard("reading").isEmpty());
        assertThat(reader.heard("reading")).singleElement().asString().contains("\"value\":2.0");
        assertThatThrownBy(() -> EventReader.open(app, "Authorization", "Bearer " + writes))
                .hasMessageStartingWith("403");
        assertThatThrownBy(() -> EventReader.open(app, "Authorization", "Bearer pb_none"))
                .hasMessageStartingWith("401");
        accounts.appTokens().revoke("rick", "reads");
        await().atMost(Duration.ofSeconds(30)).until(reader::isOver);
    }

    @Test
    void readerThatNeverReadsIsDroppedAndOthersGoOn() throws Exception {
        Owner rick = owner("rick");
        EventReader reading = open(rick, "");
        awaitHeard(reading, "ready");
        try (Socket dead = deadReader(rick)) {
            assertThat(dead.isConnected()).isTrue();
            String reason = "x".repeat(40_000);
            await().atMost(LONG).until(() -> {
                publish("plantbuddy/rick/rejected", "{\"reason\":\"" + reason + "\"}");
                return web.openPages() == 1;
            });
            publish(SOIL, "7");
            await().atMost(LONG).until(() -> !reading.heard("reading").isEmpty());
            assertThat(reading.isOver()).isFalse();
        }
    }

    @Test
    void brokersAbsenceIsToldAndItsReturnAsksForEverythingAnew() throws Exception {
        EventReader rick = ready("rick");
        broker.stop();
        awaitHeard(rick, "away");
        EventReader late = open(owner("rick"), "");
        awaitHeard(late, "away");
        broker.startAgain();
        awaitHeard(rick, "reset");
        assertThat(boards.isConnectedWithin(LONG)).isTrue();
        publish(SOIL, "5");
        await().atMost(LONG)
                .until(() -> rick.heard("reading").size() == 1
                        && late.heard("reading").size() == 1);
    }

    @Test
    void openPagesAreBounded() throws Exception {
        Owner rick = owner("rick");
        EventReader first = open(rick, "");
        for (int i = 1; i < 20; i++) {
            open(rick, "");
        }
        assertThatThrownBy(() -> open(rick, "")).hasMessageStartingWith("503").hasMessageContaining("20 of a user");
        ready("anna");
        first.close();
        await().atMost(LONG).until(() -> {
            publish(SOIL, "1"); // a connection is found to be gone when it is written to
            return web.openPages() == 20;
        });
        open(rick, "");
    }

    /** A browser whose connection is open, and which takes nothing. */
    private Socket deadReader(Owner rick) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), web.port()));
        socket.getOutputStream()
                .write(("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + web.port() + "\r\nCookie: "
                                + rick.browser.cookies() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        await().atMost(LONG).until(() -> web.openPages() == 2);
        return socket;
    }

    private Owner owner(String user) {
        return new Owner("http://127.0.0.1:" + web.port(), user);
    }

    private EventReader ready(String user) throws Exception {
        EventReader reader = open(owner(user), "");
        awaitHeard(reader, "ready");
        return reader;
    }

    private EventReader open(Owner owner, String lastId) throws IOException, InterruptedException {
        EventReader reader = EventReader.open(owner.browser, lastId);
        readers.add(reader);
        return reader;
    }

    private static void awaitHeard(EventReader reader, String name) {
        await().atMost(LONG).until(() -> !reader.heard(name).isEmpty());
    }

    /** Stamped, as our broker stamps. */
    private void publish(String topic, String payload) {
        String stamp = System.currentTimeMillis() + "000000";
        assertThat(boards.publish(
                                topic,
                                payload.getBytes(StandardCharsets.UTF_8),
                                false,
                                Map.of(Topics.RECEIVED_AT, stamp))
                        .join()
                        .isAcknowledged())
                .isTrue();
    }
}
