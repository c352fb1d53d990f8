package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;

/**
 * How long a change of level takes to a plain {@code mosquitto_sub} while 1,000 boards report, at default intervals; and
 * that each change is told once, and its recovery once. Run by {@code bench/alerts}, not with the tests: it measures.
 */
class AlertsBench {

    private static final int USERS = 10;
    private static final int BOARDS = 1_000;
    private static final int CHANGES = 120;
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final List<String> OTHERS = List.of("light", "humidity", "soil_temp", "air_temp");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** An alert as a subscriber saw it. */
    private record Seen(String id, String device, String level, long atNs) {}

    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> moisture = new ConcurrentHashMap<>();
    private final Semaphore window = new Semaphore(400);
    private final List<Process> subscribers = new ArrayList<>();

    @Test
    void changesReachTheirOwnerInSeconds() throws Exception {
        try (PlantBuddy system = PlantBuddy.up(folder)) {
            MqttAsyncClient boards = addUsersAndBoards(system);
            ScheduledExecutorService reporting = Executors.newScheduledThreadPool(1);
            try {
                report(boards, reporting);
                TimeUnit.SECONDS.sleep(30);
                long[] down = change(boards, 20, "crit");
                long[] up = change(boards, 60, "ok");
                print("alert", down);
                print("recovery", up);
                TimeUnit.SECONDS.sleep(30);
                assertThat(seen).as("one alert and one recovery a change").hasSize(2 * CHANGES);
                assertThat(seen.stream().map(Seen::id).distinct()).hasSize(2 * CHANGES);
                assertThat(retained(system)).isEmpty();
            } finally {
                reporting.shutdownNow();
                subscribers.forEach(Process::destroy);
                disconnect(boards);
            }
        }
    }

    private MqttAsyncClient addUsersAndBoards(PlantBuddy system) throws Exception {
        Config config = Config.load(Map.of("PLANTBUDDY_DATA", system.data().toString()));
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            for (int user = 0; user < USERS; user++) {
                accounts.users().add("user" + user, "a password of theirs");
                subscribe(system, "user" + user);
            }
            for (int board = 0; board < BOARDS; board++) {
                accounts.devices().add("user" + board % USERS, "b" + board);
                moisture.put(board, 60);
            }
        }
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName("$web");
        options.setPassword(Files.readString(system.data().resolve("secrets/mqtt-web-token"))
                .strip()
                .getBytes(StandardCharsets.UTF_8));
        MqttAsyncClient client =
                new MqttAsyncClient("tcp://127.0.0.1:" + system.mqttPort, "boards", new MemoryPersistence());
        client.connect(options).waitForCompletion(10_000);
        return client;
    }

    private static void disconnect(MqttAsyncClient client) throws MqttException {
        client.disconnectForcibly(0, 1_000, false);
        client.close(true);
    }

    private void subscribe(PlantBuddy system, String user) throws Exception {
        Process process = new ProcessBuilder(
                        "mosquitto_sub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + system.mqttPort,
                        "-u",
                        user,
                        "-P",
                        "a password of theirs",
                        "-q",
                        "1",
                        "-t",
                        "plantbuddy/" + user + "/alerts")
                .start();
        subscribers.add(process);
        Thread reader = new Thread(() -> read(process), "mosquitto_sub");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                JsonNode alert = JSON.readTree(line);
                seen.add(new Seen(
                        alert.path("id").asText(),
                        alert.path("device").asText(),
                        alert.path("level").asText(),
                        now));
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    /** Every board reports five sensors every ten seconds, spread over them. */
    private void report(MqttAsyncClient boards, ScheduledExecutorService reporting) {
        long betweenNs = EVERY.toNanos() / BOARDS;
        int[] next = {0};
        var unused = reporting.scheduleAtFixedRate(
                () -> {
                    int board = next[0]++ % BOARDS;
                    publish(boards, board, "soil_moisture", moisture.getOrDefault(board, 60));
                    OTHERS.forEach(sensor -> publish(boards, board, sensor, 20 + board % 30));
                },
                0,
                betweenNs,
                TimeUnit.NANOSECONDS);
    }

    private void publish(MqttAsyncClient boards, int board, String sensor, int value) {
        try {
            window.acquire();
            boards.publish(
                    "plantbuddy/user" + board % USERS + "/b" + board + "/" + sensor,
                    Integer.toString(value).getBytes(StandardCharsets.UTF_8),
                    1,
                    false,
                    null,
                    new Release());
        } catch (MqttException e) {
            window.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Release implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            window.release();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            window.release();
        }
    }

    /** Changes some boards, at random instants; returns how long each took, in ns. */
    private long[] change(MqttAsyncClient boards, int value, String level) throws InterruptedException {
        Random random = new Random(value);
        Map<String, Long> changed = new ConcurrentHashMap<>();
        for (int i = 0; i < CHANGES; i++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(800));
            int board = i * (BOARDS / CHANGES);
            moisture.put(board, value);
            changed.put("b" + board, System.nanoTime());
            publish(boards, board, "soil_moisture", value);
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> count(level) >= CHANGES);
        return seen.stream()
                .filter(alert -> alert.level().equals(level))
                .mapToLong(alert -> alert.atNs() - changed.getOrDefault(alert.device(), alert.atNs()))
                .sorted()
                .toArray();
    }

    private long count(String level) {
        return seen.stream().filter(alert -> alert.level().equals(level)).count();
    }

    private List<String> retained(PlantBuddy system) throws Exception {
        List<String> found = new ArrayList<>();
        for (int user : IntStream.range(0, USERS).toArray()) {
            Mosquitto owner = new Mosquitto(system.mqttPort, "user" + user, "a password of theirs");
            try (var states = owner.subscribe("-t", "plantbuddy/user" + user + "/alerts/+/+")) {
                await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
                found.addAll(states.lines());
            }
        }
        return found;
    }

    private static void print(String what, long[] sortedNs) {
        double[] seconds = Arrays.stream(sortedNs).mapToDouble(ns -> ns / 1e9).toArray();
        System.out.printf(
                Locale.ROOT,
                "alerts: %-8s n=%d median=%.1f s p90=%.1f s p99=%.1f s max=%.1f s%n",
                what,
                seconds.length,
                seconds[seconds.length / 2],
                seconds[seconds.length * 9 / 10],
                seconds[seconds.length * 99 / 100],
                seconds[seconds.length - 1]);
    }
}
