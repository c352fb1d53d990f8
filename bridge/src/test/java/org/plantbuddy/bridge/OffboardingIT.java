package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.SeriesName;

/** A removed user's name can be used again, and shows nothing old. */
class OffboardingIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<String> BUCKETS = List.of("plantbuddy", "downsampled", "settings", "_monitoring");

    private TestSystem system;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        system = new TestSystem(data);
        system.accounts.users().add("anna", "correct horse");
        for (String user : List.of("rick", "anna")) {
            system.write("downsampled", "light,user=" + user + ",device_id=01 reading=1");
            system.write("settings", "threshold,user=" + user + ",device_id=*,sensor=light crit_below=1");
            system.write("_monitoring", "statuses,user=" + user + ",device_id=01,sensor=light,_level=crit reading=1");
        }
        system.write("plantbuddy", "light,user=anna,device_id=01 reading=1");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private Bridge bridge(String id) throws Exception {
        Config config = system.bridgeConfig().with(Map.of(Key.BRIDGE_CLIENT_ID, id));
        return Bridge.start(config, system.accounts);
    }

    private static void awaitReady(Bridge bridge) {
        await().atMost(SOON).untilAsserted(() -> assertThat(bridge.problems()).isEmpty());
    }

    private void awaitRemoved() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(system.accounts.removals().pending())
                        .extracting(Removal::waitsFor)
                        .isEmpty());
    }

    /** Not grouped into one table: the tasks run meanwhile, and what they write is of several types. */
    private List<FluxRecord> all(String bucket, String user) throws Exception {
        return system.query("from(bucket: \"" + bucket + "\") |> range(start: -720h, stop: 1h)"
                + " |> filter(fn: (r) => r.user == \"" + user + "\")");
    }

    private static void publish(TestBoard board, int from, int until) throws Exception {
        for (int i = from; i < until; i++) {
            board.publish("plantbuddy/rick/01/light", Integer.toString(i));
        }
    }

    private void tellAlert(Bridge bridge, String user) throws Exception {
        HttpRequest told = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bridge.httpPort() + "/notify"))
                .header("Authorization", "Bearer " + system.bridgeConfig().text(Key.NOTIFY_SECRET))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"user\":\"" + user + "\",\"device\":\"01\",\"sensor\":\"light\","
                                + "\"level\":\"crit\",\"previous_level\":\"ok\",\"value\":1,\"message\":\"an old alert\","
                                + "\"time\":\"" + Instant.now() + "\",\"status_time\":\"" + Instant.now() + "\"}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(told, HttpResponse.BodyHandlers.ofString())
                        .body())
                .contains("stored");
        await().atMost(SOON).until(() -> system.accounts.alerts().pendingCount() == 0);
    }

    @Test
    void withABacklogInQueueAndJournalNothingOldIsLeft() throws Exception {
        system.accounts.devices().add("anna", "01");
        TestBoard board = system.board();
        try (Bridge bridge = bridge("bridge-1")) {
            awaitReady(bridge);
            publish(board, 0, 10);
            board.publish("plantbuddy/rick/01/light", "ERR");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(all("plantbuddy", "rick")).hasSize(10));
            tellAlert(bridge, "rick");
            tellAlert(bridge, "anna");
            system.influxd().kill();
            publish(board, 10, 60);
            await().atMost(SOON)
                    .until(() -> TestSystem.get(bridge.httpPort(), "/metrics")
                            .body()
                            .contains("plantbuddy_journal_readings 50.0"));
        }
        assertThat(system.accounts.drains().silentBridges())
                .as("a backup names it")
                .containsExactly("bridge-1");
        publish(board, 60, 110);
        assertThat(system.accounts.refusedReadings().newest("rick", 10)).hasSize(1);

        system.accounts.users().remove("rick");

        assertThatThrownBy(() -> system.accounts.users().add("rick", "another horse"))
                .isInstanceOf(AccountException.class);
        await().atMost(SOON).until(() -> !board.isConnected());
        system.restartInfluxd();
        try (Bridge bridge = bridge("bridge-1")) {
            awaitRemoved();
            system.accounts.users().add("rick", "another horse");
            String password = system.accounts.devices().add("rick", "01").password();
            for (String bucket : BUCKETS) {
                assertThat(all(bucket, "rick")).as(bucket).isEmpty();
                assertThat(all(bucket, "anna")).as(bucket).isNotEmpty();
            }
            try (TestBoard rick = new TestBoard(system.mqtt(), "rick", "another horse");
                    TestBoard anna = new TestBoard(system.mqtt(), "anna", "correct horse");
                    TestBoard again = new TestBoard(system.mqtt(), "rick/01", password)) {
                rick.subscribe("plantbuddy/rick/#");
                anna.subscribe("plantbuddy/anna/#");
                String past = Instant.now().minus(Duration.ofHours(2)).toString();
                again.publish("plantbuddy/rick/01/humidity", "{\"reading\": 778, \"time\": \"" + past + "\"}");
                again.publish("plantbuddy/rick/01/humidity", "777");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(all("plantbuddy", "rick"))
                                .extracting(FluxRecord::getValue)
                                .containsExactlyInAnyOrder(777.0, 778.0));
                await().atMost(SOON).until(() -> rick.received.size() == 2);
                assertThat(rick.received)
                        .extracting(TestBoard.Received::topic)
                        .containsOnly("plantbuddy/rick/01/humidity");
                assertThat(anna.received)
                        .extracting(TestBoard.Received::topic)
                        .containsExactly("plantbuddy/anna/alerts/01/light");
            }
            assertThat(system.accounts.alerts().history("rick", 10)).isEmpty();
            assertThat(system.accounts.refusedReadings().newest("rick", 10)).isEmpty();
            assertThat(system.accounts.sensors().list("rick"))
                    .containsExactly(new SeriesName("rick", "01", "humidity"));
            assertThat(TestSystem.get(bridge.httpPort(), "/metrics").body())
                    .contains("plantbuddy_readings_dropped_total 50.0")
                    .contains("plantbuddy_messages_dropped_total 50.0");
        }
        assertThat(system.accounts.drains().silentBridges()).isEmpty();
    }

    @Test
    void bridgeThatWasDownWritesNothingOldWhenItIsBack() throws Exception {
        try (TestBoard board = system.board();
                Bridge second = bridge("bridge-2")) {
            awaitReady(second);
            system.influxd().kill();
            publish(board, 0, 20);
            await().atMost(SOON)
                    .until(() -> TestSystem.get(second.httpPort(), "/metrics")
                            .body()
                            .contains("plantbuddy_journal_readings 20.0"));
        }
        system.restartInfluxd();
        try (Bridge first = bridge("bridge-1")) {
            awaitReady(first);
            system.accounts.users().remove("rick");
            awaitRemoved();
            system.accounts.users().add("rick", "another horse");
        }
        try (Bridge second = bridge("bridge-2")) {
            await().atMost(SOON)
                    .until(() -> TestSystem.get(second.httpPort(), "/metrics")
                            .body()
                            .contains("plantbuddy_readings_dropped_total 20.0"));
            for (String bucket : BUCKETS) {
                assertThat(all(bucket, "rick")).as(bucket).isEmpty();
            }
        }
    }

    @Test
    void bridgeThatLivesMustSeeTheRemovalBeforeAnotherErases() throws Exception {
        system.accounts.removals().alive("bridge-of-another-host");
        try (Bridge bridge = bridge("bridge-1")) {
            awaitReady(bridge);
            system.accounts.users().remove("rick");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(system.accounts
                                    .removals()
                                    .pending("rick")
                                    .orElseThrow()
                                    .waitsFor())
                            .contains("bridge-of-another-host"));
            assertThat(all("settings", "rick")).isNotEmpty();

            system.accounts
                    .removals()
                    .seen(system.accounts.removals().pending("rick").orElseThrow(), "bridge-of-another-host");
            awaitRemoved();
            assertThat(all("settings", "rick")).isEmpty();
        }
    }
}
