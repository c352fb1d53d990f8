package org.plantbuddy.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** A real Prometheus with the configuration and rules of this project, which only looks more often and waits less. */
final class Prometheus implements AutoCloseable {

    private static final Path SOURCES = Path.of(System.getProperty("plantbuddy.root", ".."), "deploy", "prometheus");

    private final int port = PlantBuddy.freePort();
    private final Process process;

    Prometheus(Path folder, int metricsPort) throws IOException {
        Path home = Files.createDirectory(folder.resolve("prometheus"));
        String config = Files.readString(SOURCES.resolve("up.yml"));
        Files.writeString(
                home.resolve("up.yml"),
                config.replace("127.0.0.1:8081", "127.0.0.1:" + metricsPort).replace("15s", "1s"));
        Files.writeString(
                home.resolve("plantbuddy.rules.yml"),
                Files.readString(SOURCES.resolve("plantbuddy.rules.yml")).replaceAll("for: \\d+m", "for: 1s"));
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + home.resolve("up.yml"),
                        "--storage.tsdb.path=" + home.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> query("up{job=\"plantbuddy-up\"} == 1").size() == 1);
    }

    /** What a query finds now. */
    JsonNode query(String promql) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8))
                .required("result");
    }

    /** Names of the rules that fire, with the part where they have one. */
    Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : get("/api/v1/alerts").required("alerts")) {
            if (alert.required("state").asText().equals("firing")) {
                JsonNode labels = alert.required("labels");
                names.add((labels.required("alertname").asText() + " "
                                + labels.path("part").asText(""))
                        .strip());
            }
        }
        return names;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answers " + answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body()).required("data");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
