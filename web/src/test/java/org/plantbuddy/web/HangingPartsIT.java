package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Key;
import org.plantbuddy.reading.Level;
import org.plantbuddy.testing.MosquittoBroker;

/**
 * Whichever part hangs, each request is answered before its client stops waiting, after 5 s: with what is there, or with what is
 * missing. Real parts, frozen.
 */
class HangingPartsIT {

    private static final ApiText TEXT = new ApiText();
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String NONE = "?device=none&sensor=light&label=none";
    private static final String TOKEN = " with a token";
    private static final List<String> DOWNLOADS = List.of("/api/v1/export", "/api/v1/archive");
    private static final List<String> PAGES = List.of("GET /", "GET /plants/01", "GET /login", "GET /healthz");

    @TempDir
    private Path folder;

    private MosquittoBroker broker;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void startBroker() throws IOException, InterruptedException {
        broker = MosquittoBroker.start(folder, "$web");
        parts.add(broker);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    void influxdbHangs() throws Exception {
        Served system = served(Map.of());
        Answers before = system.ask();
        assertThat(before.of("GET /healthz").body()).contains("\"influxdb\":\"ok\"");
        signal("STOP", List.of(system.fixture.influxd.pid()));
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            system.ask("GET", "/api/v1/overview").join().body().contains("\"what\":\"readings\""));
            Answers answers = system.ask();
            answers.all.forEach((route, answer) ->
                    assertThat(answer.statusCode()).as(route).matches(status -> (status == 503) == isOfInflux(route)));
            assertThat(answers.of("GET /api/v1/overview").body())
                    .contains("\"device\":\"01\"", "soil moisture at 20 for rick", "\"what\":\"readings\"");
            assertThat(answers.of("GET /api/v1/series").body()).contains("\"problem\":\"", "\"times\":[");
            assertThat(answers.of("GET /healthz").body()).contains("\"influxdb\":\"down\"");
        } finally {
            signal("CONT", List.of(system.fixture.influxd.pid()));
        }
    }

    @Test
    void brokerHangs() throws Exception {
        Served system = served(Map.of());
        await().untilAsserted(() ->
                assertThat(system.ask().of("POST /write").statusCode()).isEqualTo(200));
        signal("STOP", List.of(broker.pid()));
        try {
            system.ask()
                    .all
                    .forEach((route, answer) -> assertThat(answer.statusCode())
                            .as(route)
                            .matches(status -> isOfInflux(route) || (status == 503) == route.equals("POST /write")));
        } finally {
            signal("CONT", List.of(broker.pid()));
        }
    }

    @Test
    void postgresqlHangs() throws Exception {
        Path data = folder.resolve("postgresql");
        Served system = served(Map.of(
                Key.DATABASE_URL,
                "jdbc:postgresql://localhost:" + postgres(data).getPort() + "/postgres",
                Key.DATABASE_USER,
                "postgres"));
        assertThat(system.ask().of("GET /api/v1/me").statusCode()).isEqualTo(200);
        List<Long> processes = processes(data);
        signal("STOP", processes);
        try {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Answers answers = system.ask();
                answers.all.forEach((route, answer) -> assertThat(answer.statusCode())
                        .as(route)
                        .isEqualTo(route.endsWith("/openapi.json") ? 200 : 503));
                assertThat(answers.of("GET /api/v1/me").body()).contains("the accounts database does not answer");
            });
        } finally {
            signal("CONT", processes);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(system.ask().of("GET /api/v1/me").statusCode())
                                .isEqualTo(200));
    }

    @Test
    void somebodyWritesIntoTheFileOfAccountsAndDoesNotEnd() throws Exception {
        Served system = served(Map.of());
        try (Connection writer = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("accounts.db"));
                Statement statement = writer.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Answers answers = system.ask();
            answers.all.forEach((route, answer) -> {
                if (route.startsWith("DELETE ") || guesses(route)) {
                    return; // which may find that there is nothing to write
                }
                if (route.endsWith(TOKEN) || isOfInflux(route)) { // it may have to be noted that the token was used
                    assertThat(answer.statusCode()).as(route).isIn(200, 503);
                } else if (route.startsWith("GET ")) {
                    // Who waits to write has a connection that who reads may need.
                    assertThat(answer.statusCode()).as(route).matches(status -> status < 400 || status == 503);
                } else {
                    assertThat(answer.statusCode())
                            .as(route)
                            .matches(status -> status == 503 || (status == 200 && route.endsWith("/write")));
                }
            });
            statement.execute("ROLLBACK");
        }
        assertThat(system.ask().of("PUT /api/v1/mutes").statusCode()).isEqualTo(200);
    }

    /** Without those whose answers take as long as they need. */
    private static Stream<ApiText.Operation> prompt() {
        return TEXT.operations().stream()
                .filter(operation -> !operation.endless() && !DOWNLOADS.contains(operation.path()));
    }

    /** Whether it comes with a wrong password, which is found out without writing. */
    private static boolean guesses(String route) {
        return route.endsWith("/password") || route.endsWith("/removal");
    }

    /** Whether InfluxDB has to answer it, which a busy machine may not do in time. */
    private static boolean isOfInflux(String route) {
        return route.contains("/thresholds");
    }

    private Served served(Map<Key, String> more) throws IOException {
        Map<Key, String> keys = new LinkedHashMap<>(more);
        keys.put(Key.MQTT_URL, broker.url());
        keys.put(Key.MQTT_TOKEN, "secret");
        Fixture fixture = Fixture.start(folder, Clock.systemUTC(), keys);
        parts.add(0, fixture);
        return new Served(fixture);
    }

    private record Answers(Map<String, HttpResponse<String>> all) {
        HttpResponse<String> of(String route) {
            return java.util.Objects.requireNonNull(all.get(route), route);
        }
    }

    /** A page with all that it needs, and somebody who has a board and is the operator. */
    private final class Served {

        private final Fixture fixture;
        private final String cookies;
        private final String csrf;
        private final String token;
        private final String board;

        Served(Fixture fixture) {
            this.fixture = fixture;
            fixture.userWithHistory("rick", "ricks");
            fixture.accounts.users().setOperator("rick", true);
            fixture.alert("r1", "rick", "01", Level.CRIT, "soil moisture at 20 for rick", Instant.now());
            fixture.boardWithHistory("rick", "01");
            DeviceCredentials credentials = fixture.accounts.devices().add("rick", "02");
            board = Base64.getEncoder()
                    .encodeToString(
                            (credentials.username() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8));
            token = fixture.accounts
                    .appTokens()
                    .create("rick", "all", java.util.Set.of(Scope.READ, Scope.MANAGE), java.util.Optional.empty());
            Owner rick = new Owner(fixture, "rick");
            cookies = rick.browser.cookies();
            csrf = rick.csrf();
        }

        /** All at once, each with so much patience. */
        Answers ask() {
            Map<String, CompletableFuture<HttpResponse<String>>> asked = new LinkedHashMap<>();
            prompt().forEach(operation -> asked.put(operation.toString(), ask(operation.method(), operation.path())));
            PAGES.forEach(page -> asked.put(page, ask("GET", page.substring("GET ".length()))));
            asked.put(
                    "POST /write",
                    send(request("/write")
                            .header("Authorization", "Basic " + board)
                            .POST(HttpRequest.BodyPublishers.ofString("02SM144"))));
            asked.put(
                    "GET /api/v1/devices" + TOKEN,
                    send(request("/api/v1/devices").header("Authorization", "Bearer " + token)));
            Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
            asked.forEach((route, answer) -> answers.put(route, answer.join()));
            Answers all = new Answers(answers);
            prompt().forEach(operation ->
                    TEXT.describes(operation.method(), operation.path(), all.of(operation.toString())));
            return all;
        }

        private CompletableFuture<HttpResponse<String>> ask(String method, String path) {
            boolean reads = method.equals("GET");
            return send(request(path + (method.equals("DELETE") ? NONE : ""))
                    .header("Cookie", cookies)
                    .header("X-CSRF-Token", csrf)
                    .method(
                            method,
                            reads
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(ApiTextIT.body(path))));
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(fixture.url() + path)).timeout(PATIENCE);
        }

        private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
            return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private EmbeddedPostgres postgres(Path data) {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(new File("target/postgresql"))
                    .setDataDirectory(data)
                    .start();
            parts.add(server);
            return server;
        } catch (IOException | RuntimeException e) {
            // It will not run as root, and not everywhere may root become somebody else.
            return Assumptions.abort("no PostgreSQL can be started here: " + e);
        }
    }

    /** The server's, and those that its connections have. */
    private static List<Long> processes(Path data) throws IOException {
        long server = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle process = ProcessHandle.of(server).orElseThrow();
        return Stream.concat(Stream.of(process), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void signal(String name, List<Long> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(process.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
