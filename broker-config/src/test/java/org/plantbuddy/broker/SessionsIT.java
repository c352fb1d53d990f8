package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.services.Services;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.config.Key;

/** No board and no person has more sessions or connections than it may, and none is locked out by those it has forgotten. */
class SessionsIT {

    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int SERVER_UNAVAILABLE = 3;

    @TempDir
    Path data;

    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = new TestBroker(data, Map.of(Key.MQTT_SESSIONS, "3", Key.MQTT_CONNECTIONS, "2"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void aConnectionTooManyIsRefusedWithTheReasonUntilOneEnds() throws Exception {
        try (Paho phone = rick("phone").connect();
                Paho tablet = Paho.to(broker.uri()).as("rick", broker.rickToken).clientId("tablet");
                Paho third = rick("third");
                RawClient old = new RawClient(broker.port()).clientId("old");
                RawClient five = new RawClient(broker.port());
                Paho anna = Paho.to(broker.uri()).as("anna", Site.PASSWORD)) {
            tablet.connect();
            assertThat(third.connectCode()).isEqualTo(QUOTA_EXCEEDED);
            assertThat(old.connect("rick", Site.PASSWORD)).isEqualTo(SERVER_UNAVAILABLE);
            five.packet(0x10, connectOfMqtt5("five", "rick", Site.PASSWORD));
            assertThat(five.untilEnd())
                    .contains("rick has 2 connections")
                    .contains("end one")
                    .contains(Key.MQTT_CONNECTIONS.variable());
            assertThat(broker.denied(Denial.TOO_MANY_CONNECTIONS)).isEqualTo(3);
            assertThat(anna.connectCode()).as("another's").isZero();
            try (Paho again = rick("phone")) {
                assertThat(again.connectCode())
                        .as("the same client once more is no other connection")
                        .isZero();
                await().until(() -> !phone.isConnected());
                assertThat(third.connectCode()).isEqualTo(QUOTA_EXCEEDED);
            }
            await().until(() -> third.connectCode() == 0);
            assertThat(tablet.isConnected()).isTrue();
        }
    }

    @Test
    void theSessionAwayLongestMakesRoomForANewOneAlsoAfterARestart() throws Exception {
        for (String id : new String[] {"a", "b", "c"}) {
            comeAndGo(id, 3_600);
        }
        assertThat(sessionsOfRick()).containsExactlyInAnyOrder("a", "b", "c");
        comeAndGo("d", 3_600);
        await().untilAsserted(() -> assertThat(sessionsOfRick()).containsExactlyInAnyOrder("b", "c", "d"));
        assertThat(broker.denied(Denial.TOO_MANY_SESSIONS)).isEqualTo(1);

        broker.restart();
        comeAndGo("c", 3_600);
        assertThat(broker.denied(Denial.TOO_MANY_SESSIONS)).as("c is known").isZero();
        comeAndGo("e", 3_600);
        comeAndGo("f", 3_600);
        await().untilAsserted(() -> assertThat(sessionsOfRick()).containsExactlyInAnyOrder("c", "e", "f"));
    }

    @Test
    void sessionsThatEndWithTheirConnectionGiveRoomAtOnce() throws Exception {
        comeAndGo("kept", 3_600);
        for (int i = 0; i < 8; i++) {
            comeAndGo("passing-" + i, 0);
        }
        assertThat(sessionsOfRick()).containsExactly("kept");
        assertThat(broker.denied(Denial.TOO_MANY_SESSIONS)).isZero();
    }

    @Test
    void aClientThatSaysAsItGoesThatItsSessionEndsGivesRoomAtOnce() throws Exception {
        comeAndGo("kept", 3_600);
        for (String id : new String[] {"a", "b", "c"}) {
            leave(id, (byte) 0);
        }
        leave("shorter", (byte) 100);
        comeAndGo("new", 3_600);
        assertThat(sessionsOfRick()).containsExactlyInAnyOrder("kept", "shorter", "new");
        assertThat(broker.denied(Denial.TOO_MANY_SESSIONS)).isZero();
        comeAndGo("newer", 3_600);
        await().untilAsserted(() -> assertThat(sessionsOfRick()).containsExactlyInAnyOrder("shorter", "new", "newer"));
    }

    /** A session of an hour, of a client that asks as it goes for one of so many seconds. */
    private void leave(String clientId, byte seconds) throws Exception {
        try (RawClient leaving = new RawClient(broker.port())
                .clientId(clientId)
                .version(RawClient.MQTT_5)
                .staying()) {
            assertThat(leaving.connect("rick", broker.rickToken)).isZero();
            leaving.packet(0xE0, new byte[] {0, 5, 0x11, 0, 0, 0, seconds});
            assertThat(leaving.isEnded()).isTrue();
        }
        awaitGone(clientId);
    }

    @Test
    void sessionsOfBeforeAStartWithALowerLimitEndAMinuteLaterWhereNobodyComesBack() throws Exception {
        for (String id : new String[] {"a", "b", "c"}) {
            comeAndGo(id, 3_600);
        }
        broker.restart(Map.of(Key.MQTT_SESSIONS, "1"));
        try (RawClient first = new RawClient(broker.port()).clientId("a").staying()) {
            first.signIn("rick", broker.rickToken);
            assertThat(first.isSessionPresent()).isTrue();
            await().atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> assertThat(sessionsOfRick()).containsExactly("a"));
            assertThat(broker.denied(Denial.TOO_MANY_SESSIONS)).isEqualTo(2);
        }
    }

    private Paho rick(String clientId) {
        return Paho.to(broker.uri()).as("rick", Site.PASSWORD).clientId(clientId);
    }

    private void comeAndGo(String clientId, long expiry) throws Exception {
        rick(clientId).session(expiry).connect().close();
        awaitGone(clientId);
    }

    /** Waits until the broker knows that it has gone, which it tells its extension a moment later. */
    private static void awaitGone(String clientId) {
        await().pollDelay(Duration.ofMillis(200))
                .until(() -> !Services.clientService()
                        .isClientConnected("rick|" + clientId)
                        .join());
    }

    private static Set<String> sessionsOfRick() {
        Set<String> ids = ConcurrentHashMap.newKeySet();
        Services.clientService()
                .iterateAllClients((context, session) -> {
                    String id = session.getClientIdentifier();
                    if (id.startsWith("rick|") && session.getSessionExpiryInterval() > 0) {
                        ids.add(id.substring("rick|".length()));
                    }
                })
                .join();
        return ids;
    }

    private static byte[] connectOfMqtt5(String clientId, String username, String password) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeUTF("MQTT");
        data.writeByte(5);
        data.writeByte(0xC2); // username, password, clean start
        data.writeShort(60);
        data.writeByte(0); // properties
        data.writeUTF(clientId);
        data.writeUTF(username);
        data.writeUTF(password);
        return body.toByteArray();
    }
}
