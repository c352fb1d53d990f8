package org.plantbuddy.e2e;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules and dashboards against a running {@code up --demo}, its InfluxDB and a real Prometheus. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class MonitoringIT {

    private static final Path ROOT = Path.of(System.getProperty("plantbuddy.root", ".."));
    private static final Path DASHBOARDS = ROOT.resolve("deploy/grafana/dashboards");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern METRIC = Pattern.compile("\\b(?:plantbuddy|jvm|process)_[a-z_]+[a-z]");

    @TempDir
    static Path folder;

    private static PlantBuddy system;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() throws Exception {
        system = PlantBuddy.up(folder, Map.of("PLANTBUDDY_OPERATOR_WEBHOOK", "http://127.0.0.1:9/"), "--demo");
        assertThat(get(system.webPort, "/login")).contains("<form");
        new Mosquitto(system.mqttPort, "rick/01", "not its password")
                .publish("mqttv5", "plantbuddy/rick/01/light", "1");
        prometheus = new Prometheus(folder, system.bridgePort);
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (system != null) {
            system.close();
        }
    }

    @Test
    void everyMetricThatRulesDashboardsAndDocumentsNameIsServed() throws Exception {
        Set<String> named = new TreeSet<>(namedIn(
                Files.readString(ROOT.resolve("deploy/prometheus/plantbuddy.rules.yml")),
                line -> line.contains("expr:")));
        named.addAll(namedIn(
                Files.readString(ROOT.resolve("docs/operations.md")), line -> line.startsWith("| `plantbuddy_")));
        for (Path dashboard : dashboards()) {
            named.addAll(namedIn(Files.readString(dashboard), line -> line.contains("\"expr\"")));
        }
        named.remove("plantbuddy_certificate_left_seconds"); // only with TLS: TlsIT
        assertThat(named).hasSizeGreaterThan(50);
        await().atMost(SOON).untilAsserted(() -> {
            List<String> served = get(system.bridgePort, "/metrics").lines().toList();
            assertThat(named)
                    .allMatch(name -> served.stream()
                            .anyMatch(line -> line.startsWith(name + "{")
                                    || line.startsWith(name + " ")
                                    || line.startsWith(name + "_count")));
        });
    }

    private static Set<String> namedIn(String text, Predicate<String> relevant) {
        Set<String> names = new TreeSet<>();
        text.lines()
                .filter(relevant)
                .forEach(line -> METRIC.matcher(line)
                        .results()
                        .map(found -> found.group())
                        .forEach(names::add));
        return names;
    }

    @Test
    void everyPanelShowsSomething() throws Exception {
        int asked = 0;
        for (Path dashboard : dashboards()) {
            for (JsonNode panel :
                    new ObjectMapper().readTree(dashboard.toFile()).required("panels")) {
                for (JsonNode target : panel.required("targets")) {
                    String what = dashboard.getFileName() + ": "
                            + panel.required("title").asText();
                    await(what).atMost(SOON).until(() -> showsSomething(target));
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThan(40);
    }

    /** With what Grafana puts in for its variables. */
    private static boolean showsSomething(JsonNode target) throws IOException, InterruptedException {
        if (target.has("expr")) {
            return !prometheus
                    .query(target.required("expr").asText().replace("$__rate_interval", "1m"))
                    .isEmpty();
        }
        String flux = target.required("query")
                .asText()
                .replace("v.timeRangeStart", "-48h")
                .replace("v.timeRangeStop", "now()")
                .replace("v.windowPeriod", "10m")
                .replace("${user}", "rick")
                .replace("${device:regex}", "01|02");
        assertThat(flux).doesNotContain("${", "v.");
        return flux.contains("not contains(") // the demo's board has only the usual sensors
                || system.query(flux)
                                .lines()
                                .filter(line -> line.startsWith(",_result"))
                                .count()
                        > 0;
    }

    @Test
    void ruleFiresWhileInfluxDbHangsAndClearsAgain() throws Exception {
        await().atMost(SOON).until(() -> !prometheus.firing().contains("PlantBuddyPartNotReady influxdb"));
        long influxd = Long.parseLong(
                Files.readString(system.data().resolve("influxdb/influxd.pid")).strip());
        PlantBuddy.signal("STOP", influxd);
        try {
            await().atMost(SOON).until(() -> prometheus.firing().contains("PlantBuddyPartNotReady influxdb"));
        } finally {
            PlantBuddy.signal("CONT", influxd);
        }
        await().atMost(SOON).until(() -> !prometheus.firing().contains("PlantBuddyPartNotReady influxdb"));
    }

    @Test
    void taskThatIsSwitchedOffIsSeenUntilItIsOnAgain() throws Exception {
        String id = new ObjectMapper()
                .readTree(influx("GET", "?org=plantbuddy&name=plantbuddy-check", ""))
                .at("/tasks/0/id")
                .asText();
        influx("PATCH", "/" + id, "{\"status\": \"inactive\"}");
        String problem = "task plantbuddy-check is switched off";
        try {
            await().atMost(SOON)
                    .until(() -> get(system.bridgePort, "/operationz").contains(problem));
        } finally {
            influx("PATCH", "/" + id, "{\"status\": \"active\"}");
        }
        await().atMost(SOON).until(() -> !get(system.bridgePort, "/operationz").contains(problem));
    }

    private static String influx(String method, String task, String body) throws IOException, InterruptedException {
        String token = Files.readString(system.data().resolve("secrets/influx-operator-token"))
                .strip();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + system.influxPort + "/api/v2/tasks" + task))
                                .header("Authorization", "Token " + token)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void rulesFireWhenAllOfItIsKilledAndClearAgain() throws Exception {
        PlantBuddy.signal("KILL", system.process().pid());
        system.process().waitFor();
        await().atMost(SOON)
                .until(() -> prometheus
                        .firing()
                        .containsAll(List.of("PlantBuddyDown", "PlantBuddyNoBridge", "PlantBuddyNoPage")));
        system.startAgain();
        system.awaitReady();
        await().atMost(SOON)
                .until(() -> prometheus.firing().stream().noneMatch(name -> name.matches("PlantBuddy(Down|No.*)")));
    }

    private static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return new ArrayList<>(files.sorted().toList());
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
