package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A system is backed up while readings come in, dies, and comes to life again somewhere else. */
@Timeout(300)
class BackupIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedBeforeIsThereOnceAndNothingIsToldAgain() throws Exception {
        Path file = folder.resolve("backup.gpg");
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse battery\n");
        String[] opens = {"--passphrase-file", passphrase.toString()};
        JsonNode plant;
        List<String> acknowledged;
        try (PlantBuddy system = PlantBuddy.up(Files.createDirectory(folder.resolve("first")))) {
            system.succeed("a password of rick's\n", "user", "add", "rick", "--password-stdin");
            plant = JSON.readTree(system.succeed("", "device", "add", "rick", "01", "--json"));
            JsonNode load = JSON.readTree(system.succeed("", "device", "add", "rick", "load", "--json"));
            try (var alerts = owner(system).subscribe("-q", "1", "-t", "plantbuddy/rick/alerts")) {
                publish(system, plant, "20");
                await().atMost(SOON).until(() -> !alerts.lines().isEmpty());
            }

            Path ledger = folder.resolve("ledger");
            Process sender = load(system, load, ledger);
            await().atMost(SOON).until(() -> acknowledged(ledger).size() > 1_000);
            // What is acknowledged from now on is in the queue or in the journal when the backup begins.
            PlantBuddy.signal("STOP", influxd(system));
            int before = acknowledged(ledger).size();
            await().atMost(SOON).until(() -> acknowledged(ledger).size() > before + 500);
            acknowledged = acknowledged(ledger);
            CompletableFuture<String> backup =
                    CompletableFuture.supplyAsync(() -> succeed(system, "backup", file.toString(), opens));
            await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> !backup.isDone());
            PlantBuddy.signal("CONT", influxd(system));
            assertThat(backup.join())
                    .contains("every reading acknowledged before ")
                    .contains(" is in it");
            sender.destroy();

            assertThat(system.command("", with(opens, "restore", file.toString()))
                            .errors())
                    .contains("another Plant Buddy runs with its data in");
            system.process().descendants().forEach(ProcessHandle::destroyForcibly);
            system.process().destroyForcibly().waitFor();

            Map<String, String> elsewhere = new TreeMap<>(
                    Map.of("PLANTBUDDY_DATA", folder.resolve("second/data").toString()));
            PlantBuddy.Outcome restored = system.command(elsewhere, "", with(opens, "restore", file.toString()));
            assertThat(restored.exitCode()).as(restored.toString()).isZero();
        }

        try (PlantBuddy system = PlantBuddy.up(folder.resolve("second"));
                var inForce = owner(system).subscribe("-q", "1", "-t", "plantbuddy/rick/alerts/+/+");
                var alerts = owner(system).subscribe("-q", "1", "-t", "plantbuddy/rick/alerts")) {
            await().atMost(SOON).until(() -> !inForce.lines().isEmpty());
            assertThat(JSON.readTree(inForce.lines().element())
                            .required("level")
                            .asText())
                    .isEqualTo("crit");
            assertThat(load(system)).containsAllEntriesOf(once(acknowledged));
            assertThat(load(system).values()).containsOnly(1);

            publish(system, plant, "19");
            PlantBuddy.Outcome good = system.command("", with(opens, "backup", "verify", file.toString()));
            assertThat(good.exitCode()).as(good.toString()).isZero();
            assertThat(good.output()).contains("a reading became an alert in ").contains("good: " + file);
            assertThat(alerts.lines()).as("the level was told before").isEmpty();

            publish(system, plant, "60");
            await().atMost(SOON).until(() -> !alerts.lines().isEmpty());
            JsonNode alert = JSON.readTree(alerts.lines().element());
            assertThat(alert.required("level").asText()).isEqualTo("ok");
            assertThat(alert.required("previous_level").asText()).isEqualTo("crit");

            byte[] damaged = Files.readAllBytes(file);
            damaged[damaged.length / 2] ^= 1;
            Files.write(file, damaged);
            PlantBuddy.Outcome bad = system.command("", with(opens, "backup", "verify", file.toString()));
            assertThat(bad.exitCode()).isEqualTo(1);
            assertThat(bad.errors()).contains(file + " is damaged or cut: take another backup");
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("backup.gpg", "first", "ledger", "passphrase", "second");
        }
    }

    private static Mosquitto owner(PlantBuddy system) {
        return new Mosquitto(system.mqttPort, "rick", "a password of rick's");
    }

    private static void publish(PlantBuddy system, JsonNode board, String moisture) throws Exception {
        Mosquitto client = new Mosquitto(
                system.mqttPort,
                board.required("username").asText(),
                board.required("password").asText());
        assertThat(client.publish("mqttv5", "plantbuddy/rick/01/soil_moisture", moisture)
                        .exitCode())
                .isZero();
    }

    private static String succeed(PlantBuddy system, String command, String file, String[] opens) {
        try {
            return system.succeed("", with(opens, command, file));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    private Process load(PlantBuddy system, JsonNode board, Path ledger) throws Exception {
        Path password = Files.writeString(
                folder.resolve("first/password"), board.required("password").asText());
        return system.start(
                "simulate",
                "load",
                "--port",
                "" + system.mqttPort,
                "--username",
                board.required("username").asText(),
                "--password-file",
                password.toString(),
                "--rate",
                "300",
                "--for",
                "120s",
                "--ledger",
                ledger.toString());
    }

    private static List<String> acknowledged(Path ledger) throws Exception {
        if (!Files.exists(ledger)) {
            return List.of();
        }
        List<String> numbers = new ArrayList<>();
        String text = Files.readString(ledger);
        text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.contains(" acknowledged "))
                .forEach(line -> numbers.add(line.substring(0, line.indexOf(' '))));
        return numbers;
    }

    private static Map<String, Integer> once(List<String> numbers) {
        Map<String, Integer> once = new HashMap<>();
        numbers.forEach(number -> once.put(number, 1));
        return once;
    }

    /** How often each number is stored. */
    private static Map<String, Integer> load(PlantBuddy system) throws Exception {
        Map<String, Integer> times = new HashMap<>();
        system.query("from(bucket: \"plantbuddy\") |> range(start: -1h)"
                        + " |> filter(fn: (r) => r._measurement == \"load\") |> keep(columns: [\"_value\"])")
                .lines()
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .filter(value -> value.matches("\\d+"))
                .forEach(value -> times.merge(value, 1, Integer::sum));
        return times;
    }

    private static long influxd(PlantBuddy system) throws Exception {
        return Long.parseLong(
                Files.readString(system.data().resolve("influxdb/influxd.pid")).strip());
    }
}
