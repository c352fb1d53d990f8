package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.DeniedRequests;

/** What the broker denies a board reaches its owner on {@code rejected}, once, however many bridges there are. */
class DenialNoticesIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String DEEP = "plantbuddy/rick/01/soil/moisture";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path data;

    private final List<RawBoard> boards = new ArrayList<>();
    private int version;
    private int port;

    @ParameterizedTest
    @ValueSource(ints = {RawBoard.MQTT_311, RawBoard.MQTT_5})
    void eachKindOfDenialIsToldOnceByTwoBridges(int level) throws Exception {
        version = level;
        Instant start = Instant.now();
        try (TestSystem system = new TestSystem(data);
                Bridge one = Bridge.start(system.bridgeConfig(), system.accounts);
                Bridge two = Bridge.start(system.bridgeConfig(), system.accounts);
                TestBoard rick = new TestBoard(system.mqtt(), "rick", "correct horse")) {
            rick.subscribe("plantbuddy/rick/rejected");
            await().atMost(LONG).until(() -> one.ready() && two.ready());
            port = URI.create(system.mqtt()).getPort();

            connect("rick/01", system.boardPassword);
            last().publishWithQos2("plantbuddy/rick/01/light", new byte[] {'4', '0'});
            assertThat(last().answer()).isEqualTo(RawBoard.ENDED);
            connect("rick/01", system.boardPassword);
            last().publish(DEEP, new byte[0], new byte[] {'4', '1'});
            for (int i = 0; i < 6; i++) {
                connect("rick/01", system.boardPassword);
            }
            connect("rick/01", "pb_guess");
            connect("nobody/01", "pb_guess");

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(kinds(rick))
                            .containsExactlyInAnyOrder("qos-2", "wrong-depth", "taken-over", "wrong-credentials"));
            connect("rick/01", system.boardPassword);
            last().publish(DEEP, new byte[0], new byte[] {'4', '2'});
            await().atMost(LONG)
                    .until(() -> system.accounts.deniedRequests().of("rick").stream()
                            .anyMatch(denied -> denied.topic().equals(DEEP) && denied.times() == 2));
            // Both look every 2 s. What was claimed is not told again for a minute, by neither.
            await().during(Duration.ofSeconds(6))
                    .atMost(LONG)
                    .failFast(
                            "told again",
                            () -> rick.received.size() > 4
                                    && Instant.now().isBefore(start.plus(DeniedRequests.TOLD_AGAIN)))
                    .until(() -> true);
            JsonNode told = notices(rick).stream()
                    .filter(notice -> notice.get("kind").asText().equals("wrong-depth"))
                    .findFirst()
                    .orElseThrow();
            assertThat(told.get("device").asText()).isEqualTo("01");
            assertThat(told.get("topic").asText()).isEqualTo(DEEP);
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
        RawBoard board = RawBoard.connecting(version, port, username, password);
        boards.add(board);
        board.answer();
    }

    private RawBoard last() {
        return boards.get(boards.size() - 1);
    }
}
