package org.plantbuddy.bridge.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.bridge.http.BearerSecret;
import org.plantbuddy.bridge.http.BridgeHttp;
import org.plantbuddy.bridge.http.NotifyHandler;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;
import org.plantbuddy.reading.Level;

/** What a real InfluxDB posts, from the reading that is too low to the alert at the publisher. */
class RealNotificationsIT {

    private static final Duration SOON = Duration.ofSeconds(45);
    private static final String STATE = "plantbuddy/rick/alerts/01/soil_moisture";

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RecordingPublisher broker = new RecordingPublisher();

    @TempDir
    Path folder;

    private InfluxdProcess influxd;
    private Accounts accounts;
    private Outbox outbox;
    private BridgeHttp http;
    private int port;

    @BeforeEach
    void start() throws IOException {
        port = freePort();
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxdb"), 0);
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        accounts.devices().add("rick", "01");
        Provision.run(
                Config.load(Map.of(
                        "PLANTBUDDY_DATA",
                        folder.resolve("data").toString(),
                        "PLANTBUDDY_INFLUX_URL",
                        influxd.url().toString(),
                        "PLANTBUDDY_CHECK_EVERY",
                        "1s",
                        "PLANTBUDDY_NOTIFY_URL",
                        "http://127.0.0.1:" + port + "/notify")),
                accounts,
                line -> {});
        outbox = Outbox.start(accounts.alerts(), broker, "bridge-1", meters, Clock.systemUTC());
        http = listen();
    }

    @AfterEach
    void stop() {
        http.close();
        outbox.close();
        accounts.close();
        influxd.close();
    }

    @Test
    void lowReadingReachesThePublisherOnceAndItsRecoveryClearsTheState() throws Exception {
        write("rick", 20);
        write("ghost", 20);
        await().atMost(SOON).until(() -> broker.events().size() == 1);

        Alert crit = accounts.alerts().history("rick", 10).get(0);
        assertThat(crit.level()).isEqualTo(Level.CRIT);
        assertThat(crit.device()).isEqualTo("01");
        assertThat(crit.sensor()).isEqualTo("soil_moisture");
        assertThat(crit.reading()).hasValue(20);
        assertThat(crit.message()).isEqualTo("soil moisture at 20 on board 01 of rick");
        assertThat(crit.threshold()).isNotEmpty();
        assertThat(broker.states()).hasSize(1).first().satisfies(state -> {
            assertThat(state.topic()).isEqualTo(STATE);
            assertThat(state.payload()).contains(crit.id());
        });
        await().atMost(SOON).until(() -> counted("unknown") >= 1);

        double calls = calls();
        await().during(Duration.ofSeconds(11)).atMost(Duration.ofSeconds(15)).until(() -> calls() == calls);

        write("rick", 60);
        await().atMost(SOON).until(() -> broker.events().size() == 2);
        Alert ok = accounts.alerts().history("rick", 10).get(0);
        assertThat(ok.level()).isEqualTo(Level.OK);
        assertThat(ok.previousLevel()).isEqualTo(Level.CRIT);
        assertThat(broker.states().get(1).payload()).isEmpty();
        assertThat(counted("malformed")).isZero();
        assertThat(counted("unauthorized")).isZero();
    }

    @Test
    void changeThatNobodyListenedToIsToldWhenTheBridgeIsBack() throws Exception {
        http.close();
        write("rick", 20);
        await().pollDelay(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(10)).until(() -> true);
        http = listen();

        await().atMost(SOON).until(() -> broker.events().size() == 1);
        assertThat(accounts.alerts().history("rick", 10)).hasSize(1);
    }

    private BridgeHttp listen() throws IOException {
        Secret secret = new Secret(secret("notify-secret"));
        return BridgeHttp.start(
                "127.0.0.1",
                port,
                new NotifyHandler(new BearerSecret(() -> secret), new Intake(accounts, outbox::wake), meters),
                meters,
                List.of(),
                List.of());
    }

    private double counted(String outcome) {
        return meters.get("plantbuddy.notify.calls")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double calls() {
        return meters.get("plantbuddy.notify.calls").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void write(String user, double value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(influxd.url() + "/api/v2/write?org=plantbuddy&bucket=plantbuddy"))
                .header("Authorization", "Token " + secret("influx-bridge-token"))
                .POST(BodyPublishers.ofString("soil_moisture,user=" + user + ",device_id=01 reading=" + value))
                .build();
        int status = HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
        assertThat(status).isEqualTo(204);
    }

    private String secret(String name) throws IOException {
        return Files.readString(folder.resolve("data/secrets").resolve(name)).strip();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
