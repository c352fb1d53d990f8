package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker denies a board reaches its owner on {@code rejected}, once, however many bridges there are. */
class DenialNoticesIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int PUBLISH_QOS_2 = 0x34;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path data;

    private final List<RawBoard> boards = new ArrayList<>();
    private int port;

    @Test
    void eachKindOfDenialIsToldOnceByTwoBridges() throws Exception {
        try (TestSystem system = new TestSystem(data);
                Bridge one = Bridge.start(system.bridgeConfig(), system.accounts);
                Bridge two = Bridge.start(system.bridgeConfig(), system.accounts);
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse")) {
            rick.subscribe("plantbuddy/rick/rejected");
            await().atMost(LONG).until(() -> one.ready() && two.ready());
            port = URI.create(system.mqtt()).getPort();

            connect("rick/01", system.boardPassword);
            last().send(PUBLISH_QOS_2, data -> {
                data.writeUTF("plantbuddy/rick/01/light");
                data.write(new byte[] {0, 1, 0, '4', '0'});
            });
            assertThat(last().answer()).isEqualTo(RawBoard.ENDED);
            connect("rick/01", system.boardPassword);
            last().publish("plantbuddy/rick/01/soil/moisture", new byte[0], new byte[] {'4', '1'});
            for (int i = 0; i < 6; i++) {
                connect("rick/01", system.boardPassword);
            }
            connect("rick/01", "pb_guess");
            connect("nobody/01", "pb_guess");

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(kinds(rick))
                            .containsExactlyInAnyOrder("qos-2", "wrong-depth", "taken-over", "wrong-credentials"));
            await().during(Duration.ofSeconds(5)).atMost(LONG).until(() -> rick.received.size() == 4);
            JsonNode told = notices(rick).stream()
                    .filter(notice -> notice.get("kind").asText().equals("wrong-depth"))
                    .findFirst()
                    .orElseThrow();
            assertThat(told.get("device").asText()).isEqualTo("01");
            assertThat(told.get("topic").asText()).isEqualTo("plantbuddy/rick/01/soil/moisture");
            assertThat(told.get("payload").asText()).isEqualTo("41");
            assertThat(told.get("reason").asText())
                    .startsWith("one level too deep: ")
                    .contains("<sensor>");
            assertThat(told.get("times").asInt()).isEqualTo(1);
            assertThat(told.get("time").asText()).endsWith("Z");
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(
                                    TestSystem.get(one.httpPort(), "/metrics").body())
                            .contains("plantbuddy_denials{kind=\"wrong-depth\"} 1.0"));
        } finally {
            for (RawBoard board : boards) {
                board.close();
            }
        }
    }

    private static List<String> kinds(TestBoard rick) throws IOException {
        return notices(rick).stream().map(notice -> notice.get("kind").asText()).toList();
    }

    private static List<JsonNode> notices(TestBoard rick) throws IOException {
        List<JsonNode> notices = new ArrayList<>();
        for (TestBoard.Received received : rick.received) {
            notices.add(JSON.readTree(received.payload()));
        }
        return notices;
    }

    private void connect(String username, String password) throws IOException {
        RawBoard board = RawBoard.connecting(port, username, password);
        boards.add(board);
        board.answer();
    }

    private RawBoard last() {
        return boards.get(boards.size() - 1);
    }
}
