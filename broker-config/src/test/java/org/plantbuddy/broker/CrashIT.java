package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.Topics;

/** The broker as a process of its own, killed with a bridge in the middle of its work. */
class CrashIT {

    private static final String READING = "plantbuddy/rick/01/light";
    private static final int READINGS = 200;

    @Test
    void whatABridgeHadNotAcknowledgedWhenTheBrokerWasKilledIsDeliveredAgain(@TempDir Path data) throws Exception {
        int port = freePort();
        try (OwnProcess site = new OwnProcess(data, port)) {
            site.start();
            Paho bridge = site.bridge().withoutAcknowledging().connect();
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            try (Paho board = site.board().connect()) {
                Map<Integer, Integer> codes = board.publishAtOnce(READING, "", READINGS);
                assertThat(codes.values()).allMatch(code -> code < 0x80);
                await().until(() -> !bridge.received.isEmpty());
                site.kill();
            }
            site.start();
            try (Paho again = site.bridge().connect()) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(again.payloads()).containsExactlyInAnyOrderElementsOf(all()));
            }
        }
    }

    /**
     * The broker writes a message's place in the queue first and its payload after that. Killed between the two it has a place
     * without payload: here all places are like that, as if it had been killed that often.
     */
    @Test
    void noReadingIsTakenForOneThatTheBrokerHadNotWholeWhenItWasKilled(@TempDir Path data) throws Exception {
        try (OwnProcess site = new OwnProcess(data, freePort())) {
            site.start();
            try (Paho bridge = site.bridge().connect()) {
                assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            }
            publishAll(site, "half-");
            site.kill();
            site.loseThePayloads();
            site.start();
            publishAll(site, "");
            try (Paho again = site.bridge().connect()) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(again.payloads()).containsExactlyInAnyOrderElementsOf(all()));
            }
        }
    }

    private static void publishAll(OwnProcess site, String prefix) throws Exception {
        try (Paho board = site.board().connect()) {
            assertThat(board.publishAtOnce(READING, prefix, READINGS).values()).allMatch(code -> code < 0x80);
        }
    }

    private static List<String> all() {
        return IntStream.range(0, READINGS).mapToObj(Integer::toString).toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static final class OwnProcess extends Site {

        private final Path data;
        private final int port;
        private Optional<Process> process = Optional.empty();

        OwnProcess(Path data, int port) {
            super(data);
            this.data = data;
            this.port = port;
        }

        void start() throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName());
            builder.environment().keySet().removeIf(key -> key.startsWith("PLANTBUDDY_"));
            builder.environment()
                    .putAll(Map.of(
                            "PLANTBUDDY_DATA",
                            data.toString(),
                            "PLANTBUDDY_MQTT_BIND",
                            "127.0.0.1",
                            "PLANTBUDDY_MQTT_PORT",
                            Integer.toString(port),
                            "PLANTBUDDY_MQTT_WEBSOCKET_PORT",
                            "0"));
            Process started = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            data.resolve("broker.log").toFile()))
                    .start();
            process = Optional.of(started);
            await().atMost(Duration.ofMinutes(2)).until(() -> listens(started));
        }

        private boolean listens(Process started) {
            assertThat(started.isAlive()).as("broker runs").isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }

        void kill() throws InterruptedException {
            process.orElseThrow().destroyForcibly().waitFor();
        }

        void loseThePayloads() throws IOException {
            List<Path> stores;
            try (Stream<Path> folders = Files.walk(data)) {
                stores = folders.filter(folder -> folder.endsWith("publish_payload_store"))
                        .toList();
            }
            assertThat(stores).isNotEmpty();
            for (Path store : stores) {
                try (Stream<Path> files = Files.walk(store)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }

        @Override
        int port() {
            return port;
        }

        @Override
        public void close() {
            process.ifPresent(Process::destroyForcibly);
            super.close();
        }
    }
}
