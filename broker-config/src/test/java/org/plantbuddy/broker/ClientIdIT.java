package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.Topics;

/** Sessions stay with their principals, whatever client id others ask for. */
class ClientIdIT {

    private static final String READING = "plantbuddy/rick/01/soil_moisture";

    @TempDir
    Path data;

    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = new TestBroker(data);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void theBridgesClientIdGivesAnotherNothingOfTheBridgesAndTakesNothingAway() throws Exception {
        try (Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
        }
        publish(1, 20);
        for (String id : new String[] {"bridge-1", "$bridge|bridge-1"}) {
            try (Paho thief = rick(id).session(3_600).connect()) {
                publish(21, 25);
                assertThat(thief.received).isEmpty();
            }
            try (Paho thief = rick(id).cleanStart().connect()) {
                assertThat(thief.isConnected()).isTrue();
                assertThat(thief.received).isEmpty();
            }
        }
        broker.restart();
        try (Paho bridge = broker.bridge().connect()) {
            await().until(() -> bridge.payloads()
                    .containsAll(IntStream.rangeClosed(1, 25)
                            .mapToObj(Integer::toString)
                            .toList()));
        }
    }

    @Test
    void aBacklogSurvivesWhoeverComesWithItsClientIdAndHoweverTheyStart() throws Exception {
        try (Paho bridge = broker.bridge().connect();
                Paho rick = rick("phone").session(3_600).connect();
                Paho web = as("$web", broker.web, "web-1").session(3_600).connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            assertThat(rick.subscribe("plantbuddy/rick/#")).isEqualTo(1);
            assertThat(web.subscribe("plantbuddy/rick/#")).isEqualTo(1);
        }
        publish(1, 10);
        for (String[] other : new String[][] {
            {"anna", Site.PASSWORD},
            {"anna/01", broker.annaBoard},
            {"rick/01", broker.rickBoard},
            {"$canary", broker.canary},
            {"$bridge", broker.bridge},
        }) {
            for (String id : new String[] {"phone", "$web|web-1"}) {
                try (Paho thief = as(other[0], other[1], id).session(3_600).connect();
                        Paho cleaning =
                                as(other[0], other[1], id + "-2").cleanStart().connect()) {
                    assertThat(thief.received).isEmpty();
                    assertThat(cleaning.received).isEmpty();
                }
                try (Paho cleaner = as(other[0], other[1], id).cleanStart().connect()) {
                    assertThat(cleaner.received).isEmpty();
                }
            }
        }
        List<String> backlog =
                IntStream.rangeClosed(1, 10).mapToObj(Integer::toString).toList();
        try (Paho rick = rick("phone").session(3_600).connect();
                Paho web = as("$web", broker.web, "web-1").session(3_600).connect()) {
            await().until(() -> rick.payloads().containsAll(backlog));
            await().until(() -> web.payloads().containsAll(backlog));
        }
        try (Paho rick = rick("phone").cleanStart().connect()) {
            publish(11, 11);
            assertThat(rick.payloads())
                    .as("the owner's clean start ends the session")
                    .isEmpty();
        }
    }

    @Test
    void aWrongPasswordWithSomebodysClientIdDisconnectsNobody() throws Exception {
        try (Paho bridge = broker.bridge().connect();
                Paho board = broker.board().clientId("b").connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            for (int i = 0; i < 5; i++) {
                assertThat(Paho.to(broker.uri())
                                .as("$bridge", "wrong")
                                .clientId("bridge-1")
                                .connectCode())
                        .isNotZero();
                assertThat(Paho.to(broker.uri())
                                .as("rick/01", "wrong")
                                .clientId("b")
                                .connectCode())
                        .isNotZero();
                assertThat(broker.board()
                                .clientId("b")
                                .will("plantbuddy/anna/01/status", "x", true)
                                .connectCode())
                        .isNotZero();
            }
            assertThat(board.publish(READING, "still here")).isZero();
            await().until(() -> bridge.payloads().contains("still here"));
            assertThat(bridge.disconnects).isEmpty();
            assertThat(board.disconnects).isEmpty();
        }
    }

    @Test
    void boardsWithTheSameClientIdOrNoneStayApart() throws Exception {
        try (Paho bridge = broker.bridge().connect();
                Paho one = broker.board().clientId("arduino").connect();
                Paho two = Paho.to(broker.uri())
                        .as("anna/01", broker.annaBoard)
                        .clientId("arduino")
                        .connect();
                Paho three = rick("").connect();
                Paho four = rick("").connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            assertThat(one.publish(READING, "1")).isZero();
            assertThat(two.publish("plantbuddy/anna/01/light", "2")).isZero();
            assertThat(three.isConnected() && four.isConnected()).isTrue();
        }
    }

    @Test
    void aClientIdThatIsTooLongIsRefused() {
        assertThat(rick("x".repeat(128)).connectCode()).isZero();
        assertThat(rick("x".repeat(300)).connectCode()).isEqualTo(0x85);
    }

    private Paho rick(String clientId) {
        return Paho.to(broker.uri()).as("rick", Site.PASSWORD).clientId(clientId);
    }

    private Paho as(String username, String password, String clientId) {
        return Paho.to(broker.uri()).as(username, password).clientId(clientId);
    }

    private void publish(int first, int last) throws Exception {
        try (Paho board = broker.board().clientId("b").connect()) {
            for (int i = first; i <= last; i++) {
                assertThat(board.publish(READING, Integer.toString(i))).isZero();
            }
        }
    }
}
