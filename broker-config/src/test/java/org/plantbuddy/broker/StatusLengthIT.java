package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.topic.Topics;

/** A status is a word: the broker keeps it for ever and makes room for it in a full queue, so it may not be long. */
class StatusLengthIT {

    private static final String STATUS = "plantbuddy/rick/01/status";
    private static final int NOT_AUTHORIZED = 0x87;

    @TempDir
    static Path data;

    private static TestBroker broker;
    private static Paho reader;

    @BeforeAll
    static void start() throws Exception {
        broker = new TestBroker(data);
        reader = Paho.to(broker.uri()).as("rick", Site.PASSWORD).connect();
        assertThat(reader.subscribe("plantbuddy/rick/#")).isEqualTo(1);
        Paho bridge = broker.bridge().connect();
        assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
        bridge.close();
    }

    @AfterAll
    static void stop() throws Exception {
        reader.close();
        broker.close();
    }

    @Test
    void aStatusOf64BytesPassesAndALongerOneIsRefusedWithTheReason() throws Exception {
        long before = broker.denied(Denial.STATUS_TOO_LONG);
        try (Paho board = broker.board().connect()) {
            assertThat(board.publish(STATUS, "x".repeat(64), true)).isZero();
            assertThat(board.publish(STATUS, "x".repeat(65), true)).isEqualTo(NOT_AUTHORIZED);
            assertThat(board.publish(STATUS, "x".repeat(2_000), true)).isEqualTo(NOT_AUTHORIZED);
            assertThat(board.publish("plantbuddy/rick/01/light", "1".repeat(65)))
                    .isZero();
            assertThat(board.isConnected()).isTrue();
        }
        assertThat(broker.denied(Denial.STATUS_TOO_LONG)).isEqualTo(before + 2);
        await().until(() -> reader.payloads().contains("x".repeat(64)));
        assertThat(reader.payloads()).doesNotContain("x".repeat(65));
    }

    @Test
    void aLongStatusOfQos0OrMqtt3EndsTheConnection() throws Exception {
        try (RawClient board = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publish(1, STATUS, "y".repeat(65));
            assertThat(board.isEnded()).isTrue();
        }
        try (RawClient board = new RawClient(broker.port())) {
            assertThat(board.connect("rick/01", broker.rickBoard)).isZero();
            board.publishUnacknowledged(STATUS, "y".repeat(65));
            assertThat(board.isEnded()).isTrue();
        }
        assertThat(reader.payloads()).noneMatch(payload -> payload.startsWith("yy"));
    }

    @Test
    void aWillThatIsTooLongIsTakenOffAndTheBoardIsLetIn() throws Exception {
        long before = broker.denied(Denial.STATUS_TOO_LONG);
        try (Paho board = broker.board().will(STATUS, "z".repeat(65), true)) {
            assertThat(board.connectCode()).isZero();
            assertThat(board.publish("plantbuddy/rick/01/light", "before")).isZero();
            assertThat(broker.denied(Denial.STATUS_TOO_LONG)).isEqualTo(before + 1);
            // Takes the session over, which sends the will of the first connection, if it has one.
            try (Paho again = broker.board().will(STATUS, "w".repeat(64), false).connect()) {
                await().until(() -> !board.isConnected());
                try (Paho third = broker.board().connect()) {
                    await().until(() -> !again.isConnected());
                    await().until(() -> reader.payloads().contains("w".repeat(64)));
                    assertThat(third.isConnected()).isTrue();
                }
            }
        }
        assertThat(reader.payloads()).noneMatch(payload -> payload.startsWith("zz"));
    }
}
