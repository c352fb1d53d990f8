package org.plantbuddy.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Scope;

/** What boards publish to HiveMQ is told on the pages of their owners, and of nobody else, also after the broker was killed. */
class HivemqEventsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @Test
    void readingIsToldToItsOwnerAloneAndTheStreamOutlivesTheBroker() throws Exception {
        try (Fleet fleet = Fleet.start(folder, 1);
                Page page = new Page(fleet)) {
            List<String> owners = page.hear("user1");
            List<String> others = page.hear("user2");
            publish(fleet, "user1", "42");
            awaitReading(owners, "user1", "42");
            publish(fleet, "user2", "43");
            awaitReading(others, "user2", "43");
            assertThat(readings(others)).allMatch(data -> data.contains("43"));
            assertThat(readings(owners)).allMatch(data -> data.contains("42"));

            Server.kill(List.of(fleet.broker));
            await().atMost(PATIENCE).until(() -> owners.contains("event: away"));
            int before = owners.size();
            fleet.broker.start();
            fleet.broker.awaitReady();
            await().atMost(PATIENCE)
                    .until(() ->
                            owners.subList(before, owners.size()).stream().anyMatch(HivemqEventsIT::hearsEverything));
            publish(fleet, "user1", "44");
            awaitReading(owners, "user1", "44");
            assertThat(readings(others)).allMatch(data -> data.contains("43"));
        }
    }

    private static void awaitReading(List<String> lines, String user, String value) {
        await(user + " hears " + value)
                .atMost(PATIENCE)
                .until(() -> readings(lines).stream().anyMatch(data -> data.contains("\"value\":" + value)));
    }

    private static List<String> readings(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("data: {\"device\""))
                .toList();
    }

    private static boolean hearsEverything(String line) {
        return line.equals("event: ready") || line.equals("event: reset");
    }

    private static void publish(Fleet fleet, String user, String value) throws IOException, InterruptedException {
        Optional<JsonNode> board = Optional.empty();
        for (String line : Files.readAllLines(fleet.boards())) {
            JsonNode one = new ObjectMapper().readTree(line);
            board = one.get("username").asText().equals(user + "/01") ? Optional.of(one) : board;
        }
        JsonNode credentials = board.orElseThrow();
        Process client = new ProcessBuilder(
                        "mosquitto_pub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(fleet.mqttPort),
                        "-q",
                        "1",
                        "-u",
                        credentials.get("username").asText(),
                        "-P",
                        credentials.get("password").asText(),
                        "-t",
                        "plantbuddy/" + user + "/01/light",
                        "-m",
                        value)
                .inheritIO()
                .start();
        assertThat(client.waitFor()).isZero();
    }

    /** The page as a process of its own, and those who look. */
    private final class Page implements AutoCloseable {

        private final Fleet fleet;
        private final String url;
        private final JavaServer server;
        private final List<Stream<String>> open = new CopyOnWriteArrayList<>();

        Page(Fleet fleet) throws IOException {
            this.fleet = fleet;
            int port = Fleet.freePort();
            url = "http://127.0.0.1:" + port;
            Path secrets = fleet.data().resolve("secrets");
            Map<String, String> keys = new TreeMap<>(Map.of(
                    "PLANTBUDDY_DATA", fleet.data().toString(),
                    "PLANTBUDDY_MQTT_URL", "tcp://127.0.0.1:" + fleet.mqttPort,
                    "PLANTBUDDY_INFLUX_URL", fleet.influxd.url().toString(),
                    "PLANTBUDDY_MQTT_TOKEN_FILE",
                            secrets.resolve("mqtt-web-token").toString(),
                    "PLANTBUDDY_INFLUX_TOKEN_FILE",
                            secrets.resolve("influx-web-token").toString(),
                    "PLANTBUDDY_WEB_PORT", Integer.toString(port),
                    "PLANTBUDDY_WEB_METRICS_PORT", "0"));
            server = new JavaServer(
                    "web", fleet.folder.resolve("web.log"), keys, this::answers, "-Xmx256m", "org.plantbuddy.web.Main");
            server.start();
            server.awaitReady();
        }

        private boolean answers() {
            try {
                return http.send(
                                        HttpRequest.newBuilder(URI.create(url + "/healthz"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** The lines of a user's stream, which hears everything from now on. */
        List<String> hear(String user) throws IOException, InterruptedException {
            String token = fleet.accounts.appTokens().create(user, "page", Set.of(Scope.READ), Optional.empty());
            HttpResponse<Stream<String>> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/events"))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(answer.statusCode()).isEqualTo(200);
            List<String> lines = new CopyOnWriteArrayList<>();
            open.add(answer.body());
            Thread reader = new Thread(() -> collect(answer.body(), lines), "events of " + user);
            reader.setDaemon(true);
            reader.start();
            await().atMost(PATIENCE).until(() -> lines.stream().anyMatch(HivemqEventsIT::hearsEverything));
            return lines;
        }

        private static void collect(Stream<String> body, List<String> lines) {
            try {
                body.forEach(lines::add);
            } catch (RuntimeException e) {
                // closed
            }
        }

        @Override
        public void close() {
            server.close();
            open.forEach(Stream::close);
        }
    }
}
