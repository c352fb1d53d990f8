package org.plantbuddy.operations.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.Management;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;

class ProvisionIT {

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> progress = new ArrayList<>();

    @TempDir
    Path folder;

    private InfluxdProcess influxd;
    private Accounts accounts;
    private Map<String, String> environment;

    @BeforeEach
    void start() throws IOException {
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxdb"), 0);
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        environment = new HashMap<>(Map.of(
                "PLANTBUDDY_DATA", folder.resolve("data").toString(),
                "PLANTBUDDY_INFLUX_URL", influxd.url().toString(),
                "PLANTBUDDY_CHECK_EVERY", "1s"));
    }

    @AfterEach
    void stop() {
        accounts.close();
        influxd.close();
    }

    @Test
    void secondRunChangesNothing() throws IOException {
        provision();
        Map<String, String> secrets = secrets();
        List<JsonNode> tasks = tasks();
        progress.clear();

        provision();

        assertThat(progress).isEmpty();
        assertThat(secrets()).isEqualTo(secrets);
        assertThat(tasks())
                .extracting(task -> task.path("id"))
                .isEqualTo(tasks.stream().map(task -> task.path("id")).toList());
        assertThat(secrets())
                .containsOnlyKeys(
                        "influx-operator-token",
                        "influx-operator-password",
                        "influx-bridge-token",
                        "influx-operations-token",
                        "influx-web-token",
                        "influx-read-token",
                        "notify-secret",
                        "mqtt-bridge-token",
                        "mqtt-canary-token",
                        "mqtt-web-token");
    }

    @Test
    void secretsAreForTheirOwnerOnlyAndNeverPrinted() throws IOException {
        provision();

        for (Map.Entry<String, String> secret : secrets().entrySet()) {
            Path file = folder.resolve("data/secrets").resolve(secret.getKey());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(progress).noneMatch(line -> line.contains(secret.getValue()));
        }
    }

    @Test
    void eachTokenCanDoItsServicesWorkAndNoMore() throws Exception {
        provision();
        String bridge = secret("influx-bridge-token");
        String web = secret("influx-web-token");
        String read = secret("influx-read-token");

        assertThat(write(bridge, "plantbuddy")).isEqualTo(204);
        assertThat(write(bridge, "settings")).isEqualTo(204);
        assertThat(write(bridge, "_monitoring")).isNotEqualTo(204);
        assertThat(write(bridge, "downsampled")).isNotEqualTo(204);
        assertThat(query(bridge, "settings")).isNotEqualTo(200);
        assertThat(query(bridge, "_monitoring")).isNotEqualTo(200);
        assertThat(query(bridge, "plantbuddy")).isNotEqualTo(200);

        assertThat(write(web, "settings")).isEqualTo(204);
        assertThat(write(web, "plantbuddy")).isNotEqualTo(204);
        assertThat(write(web, "_monitoring")).isNotEqualTo(204);
        for (String bucket : List.of("plantbuddy", "downsampled", "settings", "_monitoring")) {
            assertThat(query(web, bucket)).as("web reads %s", bucket).isEqualTo(200);
        }

        for (String bucket : List.of("plantbuddy", "downsampled", "settings", "_monitoring", "_tasks")) {
            assertThat(query(read, bucket)).as("read reads %s", bucket).isEqualTo(200);
            assertThat(write(read, bucket)).as("read does not write %s", bucket).isNotEqualTo(204);
        }
        String operations = secret("influx-operations-token");
        for (String bucket : List.of("plantbuddy", "downsampled", "settings", "_monitoring")) {
            assertThat(delete(operations, bucket))
                    .as("operations deletes in %s", bucket)
                    .isEqualTo(204);
            assertThat(delete(read, bucket))
                    .as("read does not delete in %s", bucket)
                    .isNotEqualTo(204);
        }
        for (String bucket : List.of("plantbuddy", "downsampled", "settings")) {
            assertThat(query(operations, bucket))
                    .as("operations does not read %s", bucket)
                    .isNotEqualTo(200);
        }
        assertThat(query(operations, "_tasks")).isEqualTo(200);
        assertThat(delete(operations, "_tasks")).isNotEqualTo(204);
        try (Influx influx = new Influx(
                new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(operations)),
                Duration.ofSeconds(10))) {
            assertThat(influx.active(FluxScript.TASK_PREFIX))
                    .as("tasks of another user of the organisation")
                    .hasSize(5)
                    .contains("plantbuddy-downsample");
        }
        assertThat(api(operations)
                        .delete("/api/v2/tasks/"
                                + task("plantbuddy-check").path("id").asText()))
                .as("operations deletes no task")
                .isGreaterThanOrEqualTo(400);
        for (String token : List.of(bridge, web, read)) {
            assertThat(api(token).get("/api/v2/tasks?org=plantbuddy").path("tasks"))
                    .isEmpty();
        }
    }

    @Test
    void tokenThatIsGoneIsMadeAgainAndTheOldOneIsVoid() throws Exception {
        provision();
        String before = secret("influx-bridge-token");
        Files.delete(folder.resolve("data/secrets/influx-bridge-token"));
        String webBefore = secret("influx-web-token");

        provision();

        assertThat(secret("influx-bridge-token")).isNotEqualTo(before);
        assertThat(write(secret("influx-bridge-token"), "plantbuddy")).isEqualTo(204);
        assertThat(write(before, "plantbuddy")).isEqualTo(401);
        assertThat(secret("influx-web-token")).isEqualTo(webBefore);
    }

    /** A rotation that ends after any number of its steps leaves every file of use, and the next one finishes it. */
    @Test
    void rotationThatIsKilledAnywhereLeavesAllOfUseAndTheNextFinishesIt() throws Exception {
        provision();
        Map<String, String> first = secrets();
        int steps = rotation(progress::add).names().size();
        for (int step = 1; step <= steps; step++) {
            killedAfter(step);
            assertThatEachIsOfUse();
            assertThat(secret("notify-secret").lines()).contains(first.getOrDefault("notify-secret", ""));
            assertThat(write(first.getOrDefault("influx-bridge-token", ""), "plantbuddy"))
                    .isEqualTo(204);
            assertThat(accounts.services().authenticate("$bridge", first.getOrDefault("mqtt-bridge-token", "")))
                    .isTrue();
        }
        provision(); // as at each start
        assertThatEachIsOfUse();

        Rotation rotation = rotation(progress::add);
        killedAfter(1); // before the former token is marked
        assertThatThrownBy(rotation::withdraw)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("influx-bridge-token")
                .hasMessageContaining("Rotate these again");
        killedAfter(3); // of the operator's
        assertThatThrownBy(rotation::withdraw)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("influx-operator-token");
        rotation.replace(rotation.names());
        assertThatEachIsOfUse();
        Map<String, String> last = secrets();
        rotation.withdraw();

        assertThatEachIsOfUse();
        for (String name : List.of("influx-bridge-token", "influx-operations-token", "influx-web-token")) {
            assertThat(write(first.getOrDefault(name, ""), "settings")).as(name).isEqualTo(401);
        }
        String operator = secret("influx-operator-token");
        assertThat(operator).isNotEqualTo(first.get("influx-operator-token"));
        assertThat(first.values()).doesNotContain(operator);
        assertThat(query(first.getOrDefault("influx-operator-token", ""), "plantbuddy"))
                .isEqualTo(401);
        for (String service : List.of("bridge", "canary", "web")) {
            String file = "mqtt-" + service + "-token";
            assertThat(accounts.services().authenticate("$" + service, first.getOrDefault(file, "")))
                    .isFalse();
            assertThat(accounts.services().authenticate("$" + service, last.getOrDefault(file, "")))
                    .isTrue();
        }
        assertThat(secret("notify-secret"))
                .hasLineCount(1)
                .isEqualTo(last.getOrDefault("notify-secret", "")
                        .lines()
                        .findFirst()
                        .orElse(""));
        assertThat(authorizations("plantbuddy ")).hasSize(5);
        assertThat(authorizations("former ")).isEmpty();
        assertThat(authorizations("operator's ")).isEmpty();
        assertThat(progress)
                .noneMatch(line -> last.values().stream()
                        .anyMatch(secret ->
                                line.contains(secret.lines().findFirst().orElse("?"))));
    }

    @Test
    void secretThatDoesNotExistIsAnsweredWithThoseThatDo() {
        Rotation rotation = rotation(progress::add);

        assertThatThrownBy(() -> rotation.replace(List.of("mqtt-token")))
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("'mqtt-token'")
                .hasMessageContaining("mqtt-bridge-token");
    }

    private Rotation rotation(Consumer<String> told) {
        return new Rotation(Config.load(environment), accounts, Clock.systemUTC(), Duration.ofSeconds(1), told);
    }

    private void killedAfter(int steps) {
        int[] left = {steps};
        Rotation rotation = rotation(line -> {
            left[0]--;
            if (left[0] == 0) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(() -> rotation.replace(rotation.names())).hasMessage("killed");
    }

    private void assertThatEachIsOfUse() throws Exception {
        assertThat(query(secret("influx-operator-token"), "plantbuddy")).isEqualTo(200);
        assertThat(write(secret("influx-bridge-token"), "plantbuddy")).isEqualTo(204);
        assertThat(write(secret("influx-web-token"), "settings")).isEqualTo(204);
        assertThat(query(secret("influx-read-token"), "plantbuddy")).isEqualTo(200);
        assertThat(query(secret("influx-operations-token"), "_tasks")).isEqualTo(200);
        for (String service : List.of("bridge", "canary", "web")) {
            assertThat(accounts.services().authenticate("$" + service, secret("mqtt-" + service + "-token")))
                    .isTrue();
        }
    }

    private List<String> authorizations(String prefix) {
        List<String> found = new ArrayList<>();
        operator().get("/api/v2/authorizations").path("authorizations").forEach(authorization -> {
            String description = authorization.path("description").asText();
            if (description.startsWith(prefix)) {
                found.add(description);
            }
        });
        return found;
    }

    @Test
    void changedRetentionReachesTheBucket() {
        provision();
        environment.put("PLANTBUDDY_RAW_RETENTION", "48h");
        environment.put("PLANTBUDDY_DOWNSAMPLED_RETENTION", "240h");

        provision();

        JsonNode buckets = operator()
                .get("/api/v2/buckets?name=plantbuddy")
                .path("buckets")
                .path(0);
        assertThat(buckets.path("retentionRules").path(0).path("everySeconds").asLong())
                .isEqualTo(Duration.ofDays(2).toSeconds());
        environment.put("PLANTBUDDY_DOWNSAMPLED_RETENTION", "0s");
        provision();
        JsonNode downsampled = operator()
                .get("/api/v2/buckets?name=downsampled")
                .path("buckets")
                .path(0);
        assertThat(downsampled
                        .path("retentionRules")
                        .path(0)
                        .path("everySeconds")
                        .asLong(0))
                .isZero();
    }

    @Test
    void taskEditedByHandIsRestoredAndTheOperatorsOwnIsLeftAlone() {
        provision();
        JsonNode check = task("plantbuddy-check");
        String edited = check.path("flux").asText().replace("35.0", "99.0");
        operator().patch("/api/v2/tasks/" + check.path("id").asText(), Map.of("flux", edited, "status", "inactive"));
        String own = "option task = {name: \"plantbuddy-of-mine\", every: 1h}\n\nbuckets()";
        operator().post("/api/v2/tasks", Map.of("flux", own, "org", "plantbuddy"));

        provision();

        assertThat(task("plantbuddy-check").path("flux")).isEqualTo(check.path("flux"));
        assertThat(task("plantbuddy-check").path("status").asText()).isEqualTo("active");
        assertThat(task("plantbuddy-of-mine").path("flux").asText()).isEqualTo(own);
    }

    @Test
    void taskThatPlantBuddyNoLongerHasGoesAndForeignOnesOfTheSameNamesStay() throws IOException {
        provision();
        FluxScript old = new FluxScript(
                "of_a_former_version",
                "option task = {name: \"plantbuddy-of-a-former-version\", every: 1h}\n\nbuckets()");
        List<FluxScript> former = new ArrayList<>(List.of(old));
        former.addAll(FluxScript.tasks(Duration.ofSeconds(7), URI.create("http://127.0.0.1:1/notify")));
        try (Management influx = new Management(new InfluxAddress(
                influxd.url().toString(), "plantbuddy", new Secret(secret("influx-operator-token"))))) {
            new Tasks(influx, progress::add).ensure(former);
        }
        assertThat(tasks()).extracting(task -> task.path("name").asText()).contains(old.taskName());
        String own = "option task = {name: \"plantbuddy-check\", every: 1h}\n\nbuckets()";
        operator().post("/api/v2/tasks", Map.of("flux", own, "org", "plantbuddy"));

        provision();

        List<JsonNode> checks = tasks().stream()
                .filter(task -> task.path("name").asText().equals("plantbuddy-check"))
                .toList();
        assertThat(checks).extracting(task -> task.path("every").asText()).containsExactlyInAnyOrder("1s", "1h");
        assertThat(tasks())
                .extracting(task -> task.path("name").asText())
                .doesNotContain(old.taskName())
                .contains("plantbuddy-downsample", "plantbuddy-deadman", "plantbuddy-notification-rule");
    }

    @Test
    void thresholdsOfAFormerVersionAreTakenOverOnce() throws Exception {
        provision();
        progress.clear();
        String former = "threshold,user=rick,device_id=01,sensor=light crit_below=1.0 " + System.currentTimeMillis();
        String settings = "/api/v2/write?org=plantbuddy&bucket=settings&precision=ms";
        assertThat(send(secret("influx-web-token"), settings, "text/plain", former))
                .isEqualTo(204);

        provision();
        assertThat(progress).containsExactly("thresholds of a former version taken over: 1");

        progress.clear();
        provision();
        assertThat(progress).isEmpty();
    }

    @Test
    void tasksRunWithTheRightsOfTheirOwner() {
        provision();

        for (String name : List.of(
                "plantbuddy-check", "plantbuddy-deadman", "plantbuddy-notification-rule", "plantbuddy-operator")) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .untilAsserted(
                            () -> assertThat(task(name).path("lastRunStatus").asText())
                                    .isEqualTo("success"));
        }
    }

    @Test
    void readingBelowItsThresholdReachesTheNotifyUrlWithTheSecret() throws Exception {
        List<String> posted = new CopyOnWriteArrayList<>();
        HttpServer endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        endpoint.createContext("/notify", exchange -> {
            posted.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        endpoint.start();
        try {
            environment.put(
                    "PLANTBUDDY_NOTIFY_URL",
                    "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/notify");
            provision();
            String reading = "soil_moisture,user=rick,device_id=01 reading=20";
            int status = send(
                    secret("influx-bridge-token"),
                    "/api/v2/write?org=plantbuddy&bucket=plantbuddy",
                    "text/plain",
                    reading);
            assertThat(status).isEqualTo(204);

            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(posted).isNotEmpty());
            Awaitility.await()
                    .during(Duration.ofSeconds(12))
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(posted).hasSize(1));
        } finally {
            endpoint.stop(0);
        }
        assertThat(posted.get(0))
                .startsWith("Bearer " + secret("notify-secret") + " {")
                .contains("\"level\":\"crit\"", "soil moisture at 20 on board 01 of rick");
    }

    @Test
    void influxDbOfSomeoneElseIsRefusedWithWhatToDo() throws IOException {
        provision();
        Files.delete(folder.resolve("data/secrets/influx-operator-token"));

        assertThatThrownBy(this::provision)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("PLANTBUDDY_INFLUX_OPERATOR_TOKEN");
    }

    private void provision() {
        Provision.run(Config.load(environment), accounts, progress::add);
    }

    private String secret(String name) throws IOException {
        return Files.readString(folder.resolve("data/secrets").resolve(name)).strip();
    }

    private Map<String, String> secrets() throws IOException {
        Map<String, String> secrets = new HashMap<>();
        try (Stream<Path> files = Files.list(folder.resolve("data/secrets"))) {
            for (Path file : files.toList()) {
                secrets.put(
                        file.getFileName().toString(), Files.readString(file).strip());
            }
        }
        return secrets;
    }

    private InfluxApi api(String token) {
        return new InfluxApi(influxd.url(), token);
    }

    private InfluxApi operator() {
        try {
            return api(secret("influx-operator-token"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<JsonNode> tasks() {
        List<JsonNode> tasks = new ArrayList<>();
        operator().get("/api/v2/tasks?org=plantbuddy&limit=100").path("tasks").forEach(tasks::add);
        return tasks;
    }

    private JsonNode task(String name) {
        return operator()
                .get("/api/v2/tasks?org=plantbuddy&name=" + name)
                .path("tasks")
                .path(0);
    }

    private int write(String token, String bucket) throws Exception {
        return send(token, "/api/v2/write?org=plantbuddy&bucket=" + bucket, "text/plain", "probe,user=rick reading=1");
    }

    private int delete(String token, String bucket) throws Exception {
        return send(
                token,
                "/api/v2/delete?org=plantbuddy&bucket=" + bucket,
                "application/json",
                "{\"start\":\"2020-01-01T00:00:00Z\",\"stop\":\"2020-01-02T00:00:00Z\",\"predicate\":\"\\\"user\\\"=\\\"rick\\\"\"}");
    }

    private int query(String token, String bucket) throws Exception {
        String flux = "from(bucket: \"" + bucket + "\") |> range(start: -1m)";
        return send(token, "/api/v2/query?org=plantbuddy", "application/vnd.flux", flux);
    }

    private int send(String token, String path, String type, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(influxd.url() + path))
                .header("Authorization", "Token " + token)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString()).statusCode();
    }
}
