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
    private static final List<String> OWNERS = List.of("user1", "user2");

    /** How long both bridges are away; {@code -Dplantbuddy.bridges-away=PT30M} by hand. */
    private static final Duration AWAY = Duration.parse(System.getProperty("plantbuddy.bridges-away", "PT40S"));

    @TempDir
    static Path folder;

    private static NotifyProxy proxy;
    private static Fleet fleet;
    private static final List<Process> PHONES = new ArrayList<>();
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
        for (String owner : OWNERS) {
            Process phone = listen(owner, "-c", "-i", "phone", "-q", "1", "-t", "plantbuddy/" + owner + "/alerts");
            PHONES.add(phone);
            Thread reader = new Thread(() -> collect(phone), "mosquitto_sub");
            reader.setDaemon(true);
            reader.start();
        }
    }

    @AfterAll
    static void stop() {
        PHONES.forEach(Process::destroy);
        if (fleet != null) {
            fleet.close();
        }
        proxy.close();
    }

    private static Process listen(String owner, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "mosquitto_sub",
                "-h",
                "127.0.0.1",
                "-p",
                "" + fleet.mqttPort,
                "-u",
                owner,
                "-P",
                "a password of " + owner));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).start();
    }

    private static void collect(Process phone) {
        try (BufferedReader lines = phone.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ALERTS.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    private static void publish(String username, int value) throws Exception {
        for (String line : Files.readAllLines(fleet.boards())) {
            JsonNode board = JSON.readTree(line);
            if (board.path("username").asText().equals(username)) {
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
                                "plantbuddy/" + username + "/soil_moisture",
                                "-m",
                                "" + value)
                        .inheritIO()
                        .start();
                assertThat(publisher.waitFor()).isZero();
            }
        }
    }

    private static List<String> ids(String board, String level) {
        return ALERTS.stream()
                .filter(alert -> (alert.path("user").asText() + "/"
                                        + alert.path("device").asText())
                                .equals(board)
                        && alert.path("level").asText().equals(level))
                .map(alert -> alert.path("id").asText())
                .distinct()
                .toList();
    }

    /** Exactly one id, also after InfluxDB had time to tell it again. */
    private static void awaitOne(String board, String level) {
        await(board + " " + level)
                .atMost(Patience.EFFECT)
                .until(() -> !ids(board, level).isEmpty());
        await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
        assertThat(ids(board, level)).as(board + " " + level).hasSize(1);
    }

    private static void recoversOnce(String board) throws Exception {
        proxy.behave(NotifyProxy.FORWARD);
        publish(board, 60);
        awaitOne(board, "ok");
        assertThat(ids(board, "crit")).hasSize(1);
        String owner = board.substring(0, board.indexOf('/'));
        String device = board.substring(owner.length() + 1);
        Process states = listen(owner, "-W", "3", "-v", "-t", "plantbuddy/" + owner + "/alerts/" + device + "/+");
        assertThat(new String(states.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .as("retained state of " + board)
                .isEmpty();
    }

    @Test
    void notifyThatFailsIsSlowLosesItsAnswerOrRepeats() throws Exception {
        proxy.behave(NotifyProxy.failing(4));
        publish("user1/01", 20);
        awaitOne("user1/01", "crit");
        recoversOnce("user1/01");

        proxy.behave(NotifyProxy.answerLost(3));
        publish("user1/02", 20);
        awaitOne("user1/02", "crit");
        recoversOnce("user1/02");

        proxy.behave(NotifyProxy.tenTimesToAll());
        publish("user1/03", 20);
        awaitOne("user1/03", "crit");
        recoversOnce("user1/03");

        proxy.behave(NotifyProxy.slow(Duration.ofSeconds(12)));
        publish("user1/04", 20);
        awaitOne("user1/04", "crit");
        recoversOnce("user1/04");
    }

    @Test
    void partsThatAreKilledWhileItIsTold() throws Exception {
        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.bridges.get(0)))));
        publish("user1/05", 20);
        proxy.awaitFirst();
        fleet.bridges.get(0).start();
        awaitOne("user1/05", "crit");
        recoversOnce("user1/05");

        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.broker))));
        publish("user1/05", 20);
        proxy.awaitFirst();
        fleet.broker.start();
        fleet.broker.awaitReady();
        awaitTwo("user1/05", "crit");

        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.of(fleet.influxd))));
        publish("user1/05", 60);
        proxy.awaitFirst();
        fleet.influxd.start();
        awaitTwo("user1/05", "ok");
    }

    @Test
    void bridgesThatAreAwayForLong() throws Exception {
        proxy.behave(NotifyProxy.beforeFirst(() -> Server.kill(List.copyOf(fleet.bridges))));
        publish("user2/01", 20);
        proxy.awaitFirst();
        publish("user2/02", 20); // waits in the broker
        await().pollDelay(AWAY).atMost(AWAY.plusMinutes(1)).until(() -> true);
        for (BridgeServer bridge : fleet.bridges) {
            bridge.start();
            bridge.awaitReady();
        }
        awaitOne("user2/01", "crit");
        awaitOne("user2/02", "crit");
        recoversOnce("user2/01");
        recoversOnce("user2/02");
    }

    private static void awaitTwo(String board, String level) {
        await(board + " " + level)
                .atMost(Patience.EFFECT)
                .until(() -> ids(board, level).size() > 1);
        await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
        assertThat(ids(board, level)).as(board + " " + level).hasSize(2);
    }
}
