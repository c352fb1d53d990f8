package org.plantbuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, with the clients a hobbyist uses: from a board's reading to the alert on the owner's topic. */
class MainJobIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static PlantBuddy system;
    private static Mosquitto board;
    private static Mosquitto otherBoard;
    private static Mosquitto owner;
    private static Mosquitto stranger;

    @BeforeAll
    static void start() throws Exception {
        system = PlantBuddy.up(folder);
        owner = user("rick", "a password of rick's");
        stranger = user("mallory", "a password of mallory's");
        board = device("rick", "01");
        otherBoard = device("mallory", "01");
    }

    @AfterAll
    static void stop() {
        if (system != null) {
            system.close();
        }
    }

    private static Mosquitto user(String name, String password) throws Exception {
        system.succeed(password + "\n", "user", "add", name, "--password-stdin");
        return new Mosquitto(system.mqttPort, name, password);
    }

    private static Mosquitto device(String user, String name) throws Exception {
        JsonNode made = JSON.readTree(system.succeed("", "device", "add", user, name, "--json"));
        return new Mosquitto(
                system.mqttPort,
                made.required("username").asText(),
                made.required("password").asText());
    }

    @Test
    void boardsAreListedWithTheirNewestReadings() throws Exception {
        Mosquitto fern = device("rick", "fern");
        device("rick", "unheard");
        Instant newest = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofMinutes(150));
        for (String sensor : List.of("air_temp", "light", "soil_temp")) {
            Instant time = sensor.equals("light") ? newest : newest.minus(Duration.ofHours(5));
            fern.publish("mqttv5", "plantbuddy/rick/fern/" + sensor, "{\"reading\": 48, \"time\": \"" + time + "\"}");
        }

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(system.succeed("", "device", "list", "rick"))
                        .contains("fern  last reading 2 h ago (" + newest + ")")
                        .contains("unheard  no reading yet"));
        JsonNode listed = JSON.readTree(system.succeed("", "device", "list", "rick", "--json"));
        String toTheSecond = newest.toString().replace("Z", "");
        assertThat(listed.findValuesAsText("last_reading"))
                .anySatisfy(time -> assertThat(time).startsWith(toTheSecond));
    }

    @Test
    void readingOfEitherProtocolIsStoredAsFloatWithItsTagsAndTime() throws Exception {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusNanos(1);
        assertThat(board.publish("mqttv311", "plantbuddy/rick/01/air_temp", "21")
                        .exitCode())
                .isZero();
        assertThat(board.publish(
                                "mqttv5",
                                "plantbuddy/rick/01/humidity",
                                "{\"reading\": 48.5, \"time\": \"" + before + "\"}")
                        .exitCode())
                .isZero();

        String airTemp = "from(bucket: \"plantbuddy\") |> range(start: -1h)"
                + " |> filter(fn: (r) => r._measurement == \"air_temp\" and r.user == \"rick\" and r.device_id == \"01\""
                + " and r._field == \"reading\")";
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(system.query(airTemp)).contains(",double,").contains(",21,"));
        String exact = "from(bucket: \"plantbuddy\") |> range(start: -1h)"
                + " |> filter(fn: (r) => r._measurement == \"humidity\" and r.user == \"rick\")"
                + " |> filter(fn: (r) => r._time == " + before + ")";
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(system.query(exact)).contains(",48.5,"));
    }

    @Test
    void lowSoilMoistureReachesItsOwnerAsACriticalAlertAndOnlyThem() throws Exception {
        try (var alerts = owner.subscribe("-q", "1", "-t", "plantbuddy/rick/alerts");
                var others = stranger.subscribe("-q", "1", "-t", "plantbuddy/mallory/#")) {
            assertThat(board.publish("mqttv5", "plantbuddy/rick/01/soil_moisture", "20")
                            .exitCode())
                    .isZero();
            await().atMost(Duration.ofSeconds(60)).until(() -> !alerts.lines().isEmpty());
            JsonNode alert = JSON.readTree(alerts.lines().element());
            assertThat(alert.required("level").asText()).isEqualTo("crit");
            assertThat(alert.required("sensor").asText()).isEqualTo("soil_moisture");
            assertThat(alert.required("message").asText()).isEqualTo("soil moisture at 20 on board 01 of rick");
            assertThat(others.lines()).isEmpty();
        }
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(system.query("from(bucket: \"_monitoring\") |> range(start: -1h)"
                            + " |> filter(fn: (r) => r._measurement == \"statuses\" and r._level == \"crit\")"))
                    .contains("rick");
            assertThat(system.query("from(bucket: \"_monitoring\") |> range(start: -1h)"
                            + " |> filter(fn: (r) => r._measurement == \"notifications\")"))
                    .contains("rick");
        });
    }

    @Test
    void usersWithDifferentThresholdsOnTheSameSensorEachGetTheirsAndOnlyTheirs() throws Exception {
        system.succeed("", "threshold", "set", "rick", "--device", "01", "--sensor", "air_temp", "--crit-above", "30");
        system.succeed("", "threshold", "set", "mallory", "--sensor", "air_temp", "--warn-above", "50");
        JsonNode list = JSON.readTree(system.succeed("", "threshold", "list", "mallory", "--json"));
        assertThat(list).hasSize(1);
        assertThat(list.get(0).required("device").asText()).isEqualTo("*");
        PlantBuddy.Outcome wrong = system.command(
                "", "threshold", "set", "rick", "--sensor", "air_temp", "--crit-below", "9", "--crit-above", "1");
        assertThat(wrong.exitCode()).isNotZero();
        assertThat(wrong.errors()).contains("crit_below 9 must be less than crit_above 1");
        try (var alerts = owner.subscribe("-q", "1", "-t", "plantbuddy/rick/alerts");
                var others = stranger.subscribe("-q", "1", "-t", "plantbuddy/mallory/alerts")) {
            otherBoard.publish("mqttv5", "plantbuddy/mallory/01/air_temp", "40");
            board.publish("mqttv5", "plantbuddy/rick/01/air_temp", "40");
            await().atMost(Duration.ofSeconds(60)).until(() -> !alerts.lines().isEmpty());
            JsonNode alert = JSON.readTree(alerts.lines().element());
            assertThat(alert.required("message").asText()).isEqualTo("air temp at 40 on board 01 of rick");
            assertThat(alert.required("level").asText()).isEqualTo("crit");
            assertThat(others.lines()).isEmpty();

            otherBoard.publish("mqttv5", "plantbuddy/mallory/01/air_temp", "60");
            await().atMost(Duration.ofSeconds(60)).until(() -> !others.lines().isEmpty());
            alert = JSON.readTree(others.lines().element());
            assertThat(alert.required("message").asText()).isEqualTo("air temp at 60 on board 01 of mallory");
            assertThat(alert.required("level").asText()).isEqualTo("warn");
            assertThat(alerts.lines()).hasSize(1);
        }
        JsonNode preview = JSON.readTree(system.succeed(
                "",
                "threshold",
                "preview",
                "mallory",
                "--device",
                "01",
                "--sensor",
                "air_temp",
                "--crit-above",
                "50",
                "--json"));
        assertThat(preview.required("fired").asInt()).isEqualTo(1);
    }

    @Test
    void refusedReadingComesBackToItsOwnerWithTheReason() throws Exception {
        try (var rejected = owner.subscribe("-q", "1", "-t", "plantbuddy/rick/rejected")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertThat(board.publish("mqttv5", "plantbuddy/rick/01/light", "ERR")
                            .exitCode())
                    .isZero();
            // What other tests were denied may come first.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(rejected.lines())
                            .anySatisfy(line -> assertThat(line).contains("ERR").contains("plantbuddy/rick/01/light")));
        }
    }

    @Test
    void boardCannotPublishAsAnother() throws Exception {
        assertThat(otherBoard
                        .publish("mqttv5", "plantbuddy/rick/01/light", "666")
                        .said())
                .containsIgnoringCase("not authorized");
        String light = "from(bucket: \"plantbuddy\") |> range(start: -1h)"
                + " |> filter(fn: (r) => r._measurement == \"light\" and r._value == 666.0)";
        assertThat(system.query(light)).doesNotContain("666");
    }

    @Test
    void userCannotReadAnothersTopics() throws Exception {
        try (var spy = stranger.subscribe("-V", "mqttv5", "-q", "1", "-t", "plantbuddy/rick/#")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            board.publish("mqttv5", "plantbuddy/rick/01/light", "77");
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(spy.lines()).noneMatch(line -> line.equals("77"));
        }
    }

    @Test
    void anonymousAndWrongPasswordsAreRefused() throws Exception {
        Mosquitto anonymous = new Mosquitto(system.mqttPort, "", "");
        Mosquitto guesser = new Mosquitto(system.mqttPort, "rick/01", "wrong");
        assertThat(anonymous.publish("mqttv5", "plantbuddy/rick/01/light", "1").exitCode())
                .isNotZero();
        assertThat(guesser.publish("mqttv311", "plantbuddy/rick/01/light", "1").exitCode())
                .isNotZero();
    }

    @Test
    void clientIdOfTheBridgeGivesAUserNothingOfIts() throws Exception {
        try (var thief =
                stranger.subscribe("-V", "mqttv5", "-i", "bridge-1", "-q", "1", "-t", "plantbuddy/mallory/#")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            board.publish("mqttv5", "plantbuddy/rick/01/soil_temp", "18.25");
            String stored = "from(bucket: \"plantbuddy\") |> range(start: -1h)"
                    + " |> filter(fn: (r) => r._measurement == \"soil_temp\" and r.user == \"rick\")";
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(system.query(stored)).contains(",18.25,"));
            assertThat(thief.lines()).isEmpty();
        }
    }

    @Test
    void importedHistoryIsStoredOnceHoweverOftenItIsImported() throws Exception {
        Path sample = folder.resolve("sample.lp");
        StringBuilder lines = new StringBuilder();
        for (int minute = 0; minute < 2_880; minute++) {
            long time = 1_600_000_000_000_000_000L + minute * 60_000_000_000L;
            for (String sensor : new String[] {"light", "soil_moisture", "humidity", "soil_temp", "air_temp"}) {
                lines.append(sensor + ",user=mallory,device_id=77 reading=" + (40 + minute % 50) + "i " + time + "\n");
            }
        }
        Files.writeString(sample, lines);
        system.succeed("", "import", "mallory", sample.toString(), "--shift-to-now");
        system.succeed("", "import", "mallory", sample.toString(), "--shift-to-now");
        String counts = "from(bucket: \"plantbuddy\") |> range(start: -49h)"
                + " |> filter(fn: (r) => r.user == \"mallory\" and r.device_id == \"77\") |> count()";
        assertThat(system.query(counts).lines().filter(line -> line.contains(",2880,")))
                .hasSize(5);
    }

    @Test
    void statusSaysThatEveryPartIsWellAndHowLongAnAlertTakes() throws Exception {
        assertThat(system.succeed("", "status"))
                .contains("broker")
                .contains("influxdb")
                .contains("task check")
                .doesNotContain("WRONG");
        // The bridge asks how tasks went only four times a minute.
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    JsonNode parts = JSON.readTree(system.succeed("", "status", "--json"));
                    assertThat(figure(parts, "canary", "latency_seconds")).isPositive();
                    assertThat(figure(parts, "task notification-rule", "runs")).isPositive();
                });
        JsonNode parts = JSON.readTree(system.succeed("", "status", "--json"));
        assertThat(part(parts, "journal").at("/figures/age_seconds").isNumber()).isTrue();
        assertThat(system.succeed("", "user", "list")).doesNotContain("canary");
    }

    private static double figure(JsonNode parts, String name, String figure) {
        return part(parts, name).path("figures").path(figure).asDouble();
    }

    private static JsonNode part(JsonNode parts, String name) {
        for (JsonNode part : parts) {
            if (part.path("part").asText().equals(name)) {
                return part;
            }
        }
        throw new AssertionError("no part " + name + " in " + parts);
    }

    @Test
    void removedUserComesBackToNothing() throws Exception {
        Mosquitto phone = user("paul", "a password of paul's");
        Mosquitto plant = device("paul", "01");
        try (var alerts = phone.subscribe("-q", "1", "-t", "plantbuddy/paul/alerts/#")) {
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            plant.publish("mqttv5", "plantbuddy/paul/01/soil_moisture", "20");
            plant.publish("mqttv5", "plantbuddy/paul/01/status", "online", "-r");
            await().atMost(Duration.ofSeconds(60)).until(() -> alerts.lines().size() >= 2);

            assertThat(system.succeed("", "user", "remove", "paul")).contains("the name is free");
            assertThat(alerts.ended(30)).as("its session").isTrue();
        }
        phone = user("paul", "another password of paul's");
        device("paul", "01");
        try (var everything = phone.subscribe("-v", "-q", "1", "-t", "plantbuddy/paul/#")) {
            for (String bucket : new String[] {"plantbuddy", "settings", "_monitoring"}) {
                assertThat(system.query("from(bucket: \"" + bucket + "\") |> range(start: 0, stop: 1h)"
                                + " |> filter(fn: (r) => r.user == \"paul\")"))
                        .doesNotContain("paul");
            }
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(everything.lines()).isEmpty();
        }
    }

    @Test
    void portInUseIsNamedWithWhatToDo() throws Exception {
        String elsewhere = folder.resolve("other data").toString();
        PlantBuddy.Outcome second = system.command(Map.of("PLANTBUDDY_DATA", elsewhere), "", "up");
        assertThat(second.exitCode()).isNotZero();
        assertThat(second.errors()).contains("port " + system.mqttPort).contains("PLANTBUDDY_MQTT_PORT");
    }

    @Test
    void secondOneOnTheSameDataIsRefusedAndTheFirstOneRunsOn() throws Exception {
        PlantBuddy.Outcome second = system.command("", "up");
        assertThat(second.exitCode()).isNotZero();
        assertThat(second.errors()).contains("another Plant Buddy runs with its data in " + system.data());
        assertThat(system.succeed("", "status")).doesNotContain("WRONG");
    }
}
