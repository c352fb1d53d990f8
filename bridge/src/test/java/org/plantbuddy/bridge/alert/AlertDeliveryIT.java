package org.plantbuddy.bridge.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.bridge.Bridge;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** From /notify through the real broker to a third-party client of the user; InfluxDB is away and not missed. */
class AlertDeliveryIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SECRET = "a-secret-of-the-test";
    private static final String EVENTS = "plantbuddy/rick/alerts";
    private static final String STATE = "plantbuddy/rick/alerts/01/soil_moisture";

    @TempDir
    Path folder;

    private Accounts accounts;
    private Config config;
    private EmbeddedBroker broker;
    private Bridge bridge;

    @BeforeEach
    void start() {
        config = Config.load(Map.of(
                "PLANTBUDDY_DATA", folder.toString(),
                "PLANTBUDDY_MQTT_BIND", "127.0.0.1",
                "PLANTBUDDY_MQTT_PORT", "0",
                "PLANTBUDDY_MQTT_WEBSOCKET_PORT", "0",
                "PLANTBUDDY_MQTT_TOKEN", "token-of-the-bridge",
                "PLANTBUDDY_BRIDGE_PORT", "0",
                "PLANTBUDDY_INFLUX_URL", "http://127.0.0.1:9",
                "PLANTBUDDY_INFLUX_TOKEN", "none",
                "PLANTBUDDY_NOTIFY_SECRET", SECRET));
        accounts = Accounts.open(config, Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        accounts.devices().add("rick", "01");
        accounts.services().put(Services.BRIDGE, "token-of-the-bridge");
        broker = EmbeddedBroker.start(config);
        config = config.with(Map.of(
                Key.MQTT_PORT,
                Integer.toString(broker.mqttPort()),
                Key.MQTT_URL,
                "tcp://127.0.0.1:" + broker.mqttPort()));
        bridge = Bridge.start(config, accounts);
    }

    @AfterEach
    void stop() {
        bridge.close();
        broker.close();
        accounts.close();
    }

    @Test
    void userIsToldAndTheAlertInForceIsKeptUntilRecovery() throws Exception {
        try (MosquittoSub rick = MosquittoSub.listen(broker.mqttPort(), "rick", "correct horse")) {
            notifyOf("crit", 10);
            await().atMost(SOON).until(() -> rick.messages().size() == 2);
            String id = accounts.alerts().history("rick", 1).get(0).id();
            assertThat(rick.on(EVENTS))
                    .singleElement()
                    .satisfies(event -> assertThat(event.payload())
                            .contains("\"message\":\"soil moisture at 20 on board 01 of rick\"")
                            .contains(id));
            assertThat(rick.on(EVENTS).get(0).properties()).contains("id:" + id);
            assertThat(rick.on(EVENTS).get(0).retained()).isFalse();
        }
        assertThat(inForce()).contains("\"level\":\"crit\"");

        notifyOf("warn", 5);
        await().atMost(SOON).until(() -> accounts.alerts().pendingCount() == 0);
        assertThat(inForce()).contains("\"level\":\"crit\"");

        notifyOf("ok", 20);
        await().atMost(SOON).until(() -> accounts.alerts().pendingCount() == 0);
        try (MosquittoSub rick = MosquittoSub.listen(broker.mqttPort(), "rick", "correct horse")) {
            notifyOf("crit", 30);
            await().atMost(SOON).until(() -> rick.messages().size() == 2);
            assertThat(rick.messages()).noneMatch(MosquittoSub.Message::retained);
        }
    }

    @Test
    void alertTakenWhileTheBrokerIsAwayArrivesOnceItIsBack() throws Exception {
        await().atMost(SOON).until(() -> bridge.problems().stream().noneMatch(line -> line.startsWith("mqtt")));
        broker.close();
        await().atMost(SOON).until(() -> bridge.problems().stream().anyMatch(line -> line.startsWith("mqtt")));

        assertThat(notifyOf("crit", 10)).isEqualTo(200);
        await().atMost(SOON).until(() -> bridge.problems().stream().anyMatch(line -> line.startsWith("alerts")));

        broker = EmbeddedBroker.start(config);
        await().atMost(SOON).until(() -> accounts.alerts().pendingCount() == 0);
        assertThat(inForce()).contains("\"level\":\"crit\"");
    }

    @Test
    void alertTakenByABridgeThatEndedIsPublishedByTheNext() throws Exception {
        broker.close();
        assertThat(notifyOf("crit", 10)).isEqualTo(200);
        bridge.close();
        assertThat(accounts.alerts().pendingCount()).isEqualTo(1);

        broker = EmbeddedBroker.start(config);
        bridge = Bridge.start(config, accounts);
        await().atMost(SOON).until(() -> accounts.alerts().pendingCount() == 0);
        assertThat(inForce()).contains("\"level\":\"crit\"");
    }

    /** What a client that subscribes now is shown. */
    private String inForce() throws Exception {
        try (MosquittoSub late = MosquittoSub.listen(broker.mqttPort(), "rick", "correct horse")) {
            await().atMost(SOON).until(() -> !late.on(STATE).isEmpty());
            assertThat(late.on(STATE).get(0).retained()).isTrue();
            return late.on(STATE).get(0).payload();
        }
    }

    private int notifyOf(String level, int second) throws Exception {
        String time = "2026-11-24T00:00:%02dZ".formatted(second);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bridge.httpPort() + "/notify"))
                .header("Authorization", "Bearer " + SECRET)
                .POST(BodyPublishers.ofString("{\"user\":\"rick\",\"device\":\"01\",\"sensor\":\"soil_moisture\","
                        + "\"level\":\"" + level + "\",\"previous_level\":\"ok\",\"value\":20,\"threshold\":35,"
                        + "\"message\":\"soil moisture at 20 on board 01 of rick\",\"time\":\"" + time
                        + "\",\"status_time\":\""
                        + time + "\"}"))
                .build();
        HttpResponse<Void> answer = HttpClient.newHttpClient().send(request, BodyHandlers.discarding());
        return answer.statusCode();
    }
}
