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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a machine does to {@code up}: kills it, kills its database, fills its disk. It comes back by itself, or ends with a
 * sentence. On a disk of its own, which only root can make, in a folder with a blank in its name.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ComesBackIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<Path> DISKS = new ArrayList<>();

    @TempDir
    static Path folder;

    private static boolean hasDisks;
    private static PlantBuddy system;
    private static Mosquitto board;

    @BeforeAll
    static void start() throws Exception {
        hasDisks = mount("my plants", "1600m");
        system = PlantBuddy.up(folder.resolve("my plants"));
        system.succeed("a password of rick's\n", "user", "add", "rick", "--password-stdin");
        JsonNode made = new ObjectMapper().readTree(system.succeed("", "device", "add", "rick", "01", "--json"));
        board = new Mosquitto(
                system.mqttPort,
                made.required("username").asText(),
                made.required("password").asText());
    }

    @AfterAll
    static void stop() throws Exception {
        if (system != null) {
            system.close();
        }
        for (Path disk : DISKS) {
            run("umount", "-l", disk.toString());
        }
    }

    private static boolean mount(String name, String size) throws Exception {
        Path disk = Files.createDirectory(folder.resolve(name));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString());
        if (mounted) {
            DISKS.add(disk);
        }
        return mounted;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    @Test
    void killedSystemComesBackWithItsDataWhileItsDatabaseStillHoldsThePort() throws Exception {
        long influxd = influxd();
        PlantBuddy.signal("STOP", influxd); // it cannot end yet
        PlantBuddy.signal("KILL", system.process().pid());
        system.process().waitFor();

        system.startAgain();
        await().atMost(SOON).until(() -> system.output().contains("an earlier run left behind"));
        PlantBuddy.signal("CONT", influxd);
        system.awaitReady();

        assertThat(influxd()).isNotEqualTo(influxd);
        assertThat(system.succeed("", "user", "list")).contains("rick");
        assertWell();
    }

    @Test
    void killedDatabaseIsStartedAgainAndNoReadingIsLost() throws Exception {
        long influxd = influxd();
        PlantBuddy.signal("KILL", influxd);
        assertThat(board.publish("mqttv5", "plantbuddy/rick/01/humidity", "48").exitCode())
                .isZero();

        await().atMost(SOON).ignoreExceptions().until(() -> influxd() != influxd);
        awaitStored("humidity", "48");
        assertWell();
    }

    @Test
    void readingsAreRefusedWhileTheDiskIsFullAndTakenWhenItHasRoom() throws Exception {
        Assumptions.assumeTrue(hasDisks, "no rights to mount a disk");
        Path data = system.data();
        assertThat(board.publish("mqttv5", "plantbuddy/rick/01/light", "70").exitCode())
                .isZero();
        Path most = data.resolve("most-of-the-room");
        assertThat(run("fallocate", "-l", "" + (data.toFile().getUsableSpace() - 150_000_000), most.toString()))
                .isTrue();
        awaitRefused("71");
        assertThat(readyz()).contains("MB free").contains("PLANTBUDDY_DISK_FREE");
        awaitStored("light", "70");

        Path rest = data.resolve("the-rest");
        run("dd", "if=/dev/zero", "of=" + rest, "bs=1M");
        assertThat(data.toFile().getUsableSpace()).isLessThan(8 << 20); // the database may just have deleted a file
        awaitRefused("72");

        Files.delete(most);
        Files.delete(rest);
        await().atMost(SOON)
                .until(() -> !board.publish("mqttv5", "plantbuddy/rick/01/light", "73")
                        .said()
                        .contains("exceeded"));
        awaitStored("light", "73");
        assertWell();
        assertThat(system.query(newest("light"))).doesNotContain(",72,");
    }

    @Test
    void diskWithTooLittleRoomIsNamedAndNothingStarts() throws Exception {
        Assumptions.assumeTrue(mount("small", "100m"), "no rights to mount a disk");
        PlantBuddy.Outcome up = system.command(elsewhere("small"), "", "up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.errors())
                .contains("the disk of " + folder.resolve("small"))
                .contains("MB free, and it takes 1,000 MB to start")
                .contains("PLANTBUDDY_DISK_FREE")
                .hasLineCount(1);
        assertThat(folder.resolve("small/influxdb")).doesNotExist();
    }

    @Test
    void partThatCannotStartEndsAllOfIt() throws Exception {
        Assumptions.assumeTrue(mount("smaller", "100m"), "no rights to mount a disk");
        Map<String, String> changed = elsewhere("smaller");
        changed.put("PLANTBUDDY_DISK_FREE", "0");
        PlantBuddy.Outcome up = system.command(changed, "", "up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.errors()) // they start side by side, and both fill it
                .containsAnyOf(
                        "the broker does not start: its disk is full", "did not start on http", "InfluxDB at http");
        long influxd = influxd(folder.resolve("smaller"));
        await().atMost(SOON)
                .until(() ->
                        ProcessHandle.of(influxd).filter(ProcessHandle::isAlive).isEmpty());
    }

    private static Map<String, String> elsewhere(String name) {
        Map<String, String> changed = new TreeMap<>();
        changed.put("PLANTBUDDY_DATA", folder.resolve(name).toString());
        for (String port : List.of("MQTT", "MQTT_WEBSOCKET", "BRIDGE", "WEB", "INFLUX")) {
            changed.put("PLANTBUDDY_" + port + "_PORT", "0");
        }
        return changed;
    }

    private static void awaitRefused(String value) {
        await().atMost(SOON)
                .until(() -> board.publish("mqttv5", "plantbuddy/rick/01/light", value)
                        .said()
                        .toLowerCase(Locale.ROOT)
                        .contains("quota exceeded"));
    }

    private static void awaitStored(String sensor, String value) {
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(system.query(newest(sensor))).contains("," + value + ","));
    }

    private static String newest(String sensor) {
        return "from(bucket: \"plantbuddy\") |> range(start: -1h) |> filter(fn: (r) => r._measurement == \"" + sensor
                + "\" and r.user == \"rick\")";
    }

    private static void assertWell() {
        await().atMost(SOON).untilAsserted(() -> assertThat(readyz()).isEqualTo("200"));
    }

    private static String readyz() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + system.bridgePort + "/readyz"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200 ? "200" : answer.body();
    }

    private static long influxd() throws IOException {
        return influxd(system.data());
    }

    private static long influxd(Path data) throws IOException {
        return Long.parseLong(
                Files.readString(data.resolve("influxdb/influxd.pid")).strip());
    }
}
