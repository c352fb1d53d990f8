package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.Topics;

/** What tells a late will from a word of the board's present connection. */
class StatusStampIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String STATUS = "plantbuddy/rick/01/status";
    private static final UserProperty[] FORGED = {
        new UserProperty(Topics.RECEIVED_AT, "7999999999999999999"),
        new UserProperty(Topics.CONNECTED_AT, "7999999999999999999")
    };

    private static TestBroker broker;
    private static Paho bridge;

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        broker = new TestBroker(data);
        bridge = broker.bridge().connect();
        bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION);
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
        broker.close();
    }

    @BeforeEach
    void nothingCameYet() {
        bridge.received.clear();
    }

    @Test
    void everyStatusSaysOfWhichConnectionItIsAndSoDoesTheWill() throws Exception {
        try (Paho before = board().connect();
                Paho after = board()) {
            before.publish(STATUS, "online", true, FORGED);
            after.connect(); // takes the session over: the will of the connection before is published
            after.publish(STATUS, "online", true, FORGED);
            await().atMost(SOON).until(() -> bridge.received.size() == 3);
        }
        Paho.Received will = received("offline").get(0);
        List<Paho.Received> online = received("online");
        assertThat(will.property(Topics.RECEIVED_AT)).isEmpty();
        assertThat(ns(will, Topics.CONNECTED_AT))
                .isEqualTo(ns(online.get(0), Topics.CONNECTED_AT))
                .isLessThan(ns(online.get(0), Topics.RECEIVED_AT))
                .isLessThan(ns(online.get(1), Topics.CONNECTED_AT));
        assertThat(ns(online.get(1), Topics.CONNECTED_AT)).isLessThan(ns(online.get(1), Topics.RECEIVED_AT));
        assertThat(bridge.received)
                .allSatisfy(message -> assertThat(message.properties())
                        .noneMatch(property -> property.getValue().startsWith("7999")));
    }

    @Test
    void willOfABoardThatSpeaksMqtt311IsMarkedToo() throws Exception {
        try (RawClient board = new RawClient(broker.port()).will(STATUS)) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publish(1, STATUS, "online");
            await().atMost(SOON).until(() -> bridge.received.size() == 1);
        }
        await().atMost(SOON).until(() -> bridge.received.size() == 2);
        assertThat(ns(received("offline").get(0), Topics.CONNECTED_AT))
                .isEqualTo(ns(received("online").get(0), Topics.CONNECTED_AT));
    }

    private static Paho board() {
        return broker.board().clientId("board").will(STATUS, "offline", true).willProperties(FORGED);
    }

    private static List<Paho.Received> received(String payload) {
        return bridge.received.stream()
                .filter(message -> message.payload().equals(payload))
                .toList();
    }

    private static long ns(Paho.Received message, String property) {
        return Long.parseLong(message.property(property).orElseThrow());
    }
}
