package org.plantbuddy.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A change of level has one alert id, whatever breaks while it is told, and its recovery one ok that clears the retained
 * state. Two bridges share the outbox; the owner listens with a session that outlives the broker.
 */
class AlertsIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String USER = "user1";

    @TempDir
    static Path folder;

    private static NotifyProxy proxy;
    private static Fleet fleet;
    private static Process owner;
    private static final Queue<JsonNode> ALERTS = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws Exception {
        proxy = NotifyProxy.start();
        fleet = Fleet.startWithTasks(
                folder,
                2,
                Map.of(
                        "PLANTBUDDY_CHECK_EVERY",
                        "1s",
                        "PLANTBUDDY_NOTIFY_URL",
                        proxy.url().toString()));
        fleet.bridges.get(1).start();
        fleet.bridges.get(1).awaitReady();
        proxy.to(fleet.bridges.stream().map(BridgeServer::port).toList());
        owner = listen("-c", "-i", "phone", "-q", "1", "-t", "plantbuddy/" + USER + "/alerts");
        Thread reader = new Thread(AlertsIT::collect, "mosquitto_sub");
        reader.setDaemon(true);
        reader.start();
    }

    @AfterAll
    static void stop() {
        if (owner != null) {
            owner.destroy();
        }
        if (fleet != null) {
            fleet.close();
        }
        proxy.close();
    }

    private static Process listen(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "mosquitto_sub",
                "-h",
                "127.0.0.1",
                "-p",
                "" + fleet.mqttPort,
                "-u",
                USER,
                "-P",
                "a password of " + USER));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).start();
    }

    private static void collect() {
        try (BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ALERTS.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    private static void publish(String device, int value) throws Exception {
        for (String line : Files.readAllLines(fleet.boards())) {
            JsonNode board = JSON.readTree(line);
            if (board.path("username").asText().equals(USER + "/" + device)) {
                Process publisher = new ProcessBuilder(
                                "mosquitto_pub",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                "" + fleet.mqttPort,
                                "-u",
                                board.path("username").asText(),
                                "-P",
                                board.path("password").asText(),
                                "-q",
                                "1",
                                "-t",
                                "plantbuddy/" + USER + "/" + device + "/soil_moisture",
                                "-m",
                                "" + value)
                        .inheritIO()
                        .start();
                assertThat(publisher.waitFor()).isZero();
            }
        }
    }

    private static List<String> ids(String device, String level) {
        return ALERTS.stream()
                .filter(alert -> alert.path("device").asText().equals(device)
                        && alert.path("level").asText().equals(level))
                .map(alert -> alert.path("id").asText())
                .distinct()
                .toList();
    }

    /** Exactly one id, also after InfluxDB had time to tell it again. */
    private static void awaitOne(String device, String level) {
        await(device + " " + level)
                .atMost(Patience.EFFECT)
                .until(() -> !ids(device, level).isEmpty());
        await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
        assertThat(ids(device, level)).as(device + " " + level).hasSize(1);
    }

    private static void recoversOnce(String device) throws Exception {
        proxy.behave(NotifyProxy.FORWARD);
        publish(device, 60);
        awaitOne(device, "ok");
        assertThat(ids(device, "crit")).hasSize(1);
        Process states = listen("-W", "3", "-v", "-t", "plantbuddy/" + USER + "/alerts/" + device + "/+");
        assertThat(new String(states.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .as("retained state of " + device)
                .isEmpty();
    }

    @Test
    void notifyThatFailsIsSlowLosesItsAnswerOrRepeats() throws Exception {
        proxy.behave(NotifyProxy.failing(4));
        publish("01", 20);
        awaitOne("01", "crit");
        recoversOnce("01");

        proxy.behave(NotifyProxy.answerLost(3));
        publish("02", 20);
        awaitOne("02", "crit");
        recoversOnce("02");

        proxy.behave(NotifyProxy.tenTimesToAll());
        publish("03", 20);
        awaitOne("03", "crit");
        recoversOnce("03");

        proxy.behave(NotifyProxy.slow(Duration.ofSeconds(12)));
        publish("04", 20);
        awaitOne("04", "crit");
        recoversOnce("04");
    }

    @Test
    void partsThatAreKilledWhileItIsTold() throws Exception {
        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.bridges.get(0)))));
        publish("05", 20);
        proxy.awaitFirst();
        fleet.bridges.get(0).start();
        awaitOne("05", "crit");
        recoversOnce("05");

        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.broker))));
        publish("05", 20);
        proxy.awaitFirst();
        fleet.broker.start();
        fleet.broker.awaitReady();
        awaitTwo("05", "crit");

        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.influxd))));
        publish("05", 60);
        proxy.awaitFirst();
        fleet.influxd.start();
        awaitTwo("05", "ok");
    }

    private static void awaitTwo(String device, String level) {
        await(device + " " + level)
                .atMost(Patience.EFFECT)
                .until(() -> ids(device, level).size() > 1);
        await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
        assertThat(ids(device, level)).as(device + " " + level).hasSize(2);
    }
}
