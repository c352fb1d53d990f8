package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.DeviceCredentials;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.MosquittoBroker;

/** The write gateway in front of a third-party broker, mosquitto, with a third-party subscriber behind it. */
class WriteGatewayIT {

    @TempDir
    private Path folder;

    private int port;
    private MosquittoBroker broker;
    private Process subscriber;
    private Accounts accounts;
    private DeviceCredentials board;
    private Web web;
    private Config config;

    @BeforeEach
    void startPage() throws Exception {
        broker = MosquittoBroker.start(folder, "$web", "$bridge", "reader");
        port = broker.port();
        subscriber = run(
                "mosquitto_sub",
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "-u",
                "reader",
                "-P",
                "secret",
                "-V",
                "5",
                "-q",
                "1",
                "-t",
                "plantbuddy/#",
                "-F",
                "got %t %p %P");
        await().until(this::subscriberHears);
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        accounts.users().add("rick", Fixture.PASSWORD);
        board = accounts.devices().add("rick", "01");
        config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "none",
                        Key.MQTT_URL, "tcp://127.0.0.1:" + port,
                        Key.MQTT_TOKEN, "secret"));
        // As coarse as a clock can be: two requests have the same time.
        web = Web.start(config, accounts, Metrics.ofProcess(), Clock.fixed(Instant.now(), ZoneOffset.UTC));
    }

    @AfterEach
    void stopPage() throws InterruptedException {
        web.close();
        accounts.close();
        subscriber.destroy();
        subscriber.waitFor();
        broker.close();
    }

    @Test
    void compactLinesBecomeReadingsOnTheBoardsTopics() throws Exception {
        HttpResponse<String> answer =
                write("\ufeff01SM144\n01li036\r\n\u00a001At21.5\0\n01TP7\n01xy8\n01HUERR\n\u200b\n", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"result\":\"OK\"}");
        await().untilAsserted(() -> assertThat(readings())
                .containsExactly(
                        "got plantbuddy/rick/01/soil_moisture 144",
                        "got plantbuddy/rick/01/light 036",
                        "got plantbuddy/rick/01/air_temp 21.5",
                        "got plantbuddy/rick/01/unknown_tp 7",
                        "got plantbuddy/rick/01/unknown_xy 8",
                        "got plantbuddy/rick/01/humidity ERR"));
    }

    @Test
    void sameKeyKeepsTheTimeOfTheFirstTryAlsoOnAnotherPage() throws Exception {
        write("01SM20\n01SM21\n", "try-1");
        Web first = web;
        try (Web another = Web.start(config, accounts, Metrics.ofProcess())) {
            web = another;
            write("01SM20\n01SM21\n", "try-1");
        } finally {
            web = first;
        }
        write("01SM20\n", "try-2");
        await().until(() -> readings().size() == 5);
        List<String> readings = readings();
        assertThat(readings.get(0)).contains("time:").isEqualTo(readings.get(2));
        assertThat(readings.get(1)).isEqualTo(readings.get(3)).isNotEqualTo(readings.get(0));
        assertThat(readings.get(4)).isNotEqualTo(readings.get(0));
    }

    @Test
    void strangersAndOtherBoardsLinesAreRefusedWhole() throws Exception {
        assertThat(send("01SM1", "", "rick/01", "guess").statusCode()).isEqualTo(401);
        assertThat(send("01SM1", "", "rick", Fixture.PASSWORD).statusCode()).isEqualTo(401);
        assertThat(write("01SM1\n02SM1\n", "").statusCode()).isEqualTo(403);
        assertThat(write("01SM1\n01S\n", "").statusCode()).isEqualTo(400);
        assertThat(write("", "").statusCode()).isEqualTo(400);
        accounts.devices().revoke("rick", "01");
        assertThat(write("01SM1", "").statusCode()).isEqualTo(401);
        assertThat(readings()).isEmpty();
    }

    @Test
    void ownerIsToldOfWrongPasswordsForABoardThatExists() throws Exception {
        for (String username : List.of("rick/01", "rick/01", "rick/other", "nobody/01", "rick", "rick/01/")) {
            assertThat(send("01SM1", "", username, "guess").statusCode()).isEqualTo(401);
        }
        assertThat(write("01SM1", "").statusCode()).isEqualTo(200);
        assertThat(write("02SM1", "").statusCode()).isEqualTo(403);

        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> accounts.deniedRequests().of("rick").stream()
                                .mapToLong(DeniedRequest::times)
                                .sum()
                        == 2);
        web.close(); // which writes the rest
        assertThat(accounts.deniedRequests().of("rick")).singleElement().satisfies(denied -> {
            assertThat(denied.device()).isEqualTo("01");
            assertThat(denied.kind()).isEqualTo("wrong-credentials");
            assertThat(denied.reason()).startsWith("a wrong password for 'rick/01' from 127.0.0.1 over HTTP: ");
            assertThat(denied.times()).isEqualTo(2);
            assertThat(denied.untold()).isEqualTo(2);
        });
    }

    @Test
    void codeThatIsNoneIsRefusedWithTheKnownOnes() throws Exception {
        for (String code : List.of("S ", "-1", "°C", "\u200bS", "温度", "S_")) {
            HttpResponse<String> answer = write("01SM1\n01" + code + "36", "");
            assertThat(answer.statusCode()).as(code).isEqualTo(400);
            assertThat(answer.body()).contains("line 2").contains("LI", "HU", "ST", "AT", "SM");
        }
        assertThat(write("01\u200bS36", "").body()).contains("<U+200B>S");
        assertThat(readings()).isEmpty();
    }

    @Test
    void brokerThatIsAwayIsNoAcknowledgementAndItsReturnIsFound() throws Exception {
        assertThat(write("01SM1", "").statusCode()).isEqualTo(200);
        broker.stop();
        HttpResponse<String> answer = write("01SM2", "");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Idempotency-Key");
        broker.startAgain();
        await().untilAsserted(() -> assertThat(write("01SM3", "").statusCode()).isEqualTo(200));
    }

    @Test
    void manyBoardsAtOnceAreAllTaken() throws Exception {
        assertThat(write("01SM1", "").statusCode()).isEqualTo(200);
        List<CompletableFuture<Integer>> writes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(100);
        try {
            for (int i = 0; i < 100; i++) {
                writes.add(CompletableFuture.supplyAsync(this::statusOfAWrite, threads));
            }
            assertThat(writes)
                    .allSatisfy(answer -> assertThat(answer)
                            .succeedsWithin(30, TimeUnit.SECONDS)
                            .isEqualTo(200));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void brokerThatStandsStillIsWaitedForByFewAndNotForLong() throws Exception {
        assertThat(write("01SM1", "").statusCode()).isEqualTo(200);
        run("kill", "-STOP", Long.toString(broker.pid())).waitFor();
        List<CompletableFuture<Integer>> writes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(100);
        try {
            for (int i = 0; i < 100; i++) {
                writes.add(CompletableFuture.supplyAsync(this::statusOfAWrite, threads));
            }
            await().until(() ->
                    writes.stream().filter(CompletableFuture::isDone).count() >= 36);
            assertThat(writes)
                    .allSatisfy(answer -> assertThat(answer)
                            .succeedsWithin(30, TimeUnit.SECONDS)
                            .isEqualTo(503));
        } finally {
            run("kill", "-CONT", Long.toString(broker.pid())).waitFor();
            threads.shutdownNow();
        }
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(write("01SM3", "").statusCode()).isEqualTo(200));
    }

    private int statusOfAWrite() {
        try {
            return write("01SM2", "").statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> write(String body, String key) throws IOException, InterruptedException {
        return send(body, key, board.username(), board.password());
    }

    private HttpResponse<String> send(String body, String key, String user, String password)
            throws IOException, InterruptedException {
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + "/write"))
                .header("Authorization", "Basic " + basic)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private boolean subscriberHears() throws IOException, InterruptedException {
        run(
                        "mosquitto_pub",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-u",
                        "reader",
                        "-P",
                        "secret",
                        "-q",
                        "1",
                        "-t",
                        "plantbuddy/probe",
                        "-m",
                        "x")
                .waitFor();
        return received().contains("probe");
    }

    private Process run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(command[0] + ".out").toFile()))
                .start();
    }

    private String received() throws IOException {
        return Files.readString(folder.resolve("mosquitto_sub.out"));
    }

    private List<String> readings() throws IOException {
        return received()
                .lines()
                .filter(line -> line.startsWith("got plantbuddy/rick/"))
                .map(String::strip)
                .toList();
    }
}
