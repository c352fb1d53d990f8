package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.topic.SeriesName;

/** What users take out, of a real InfluxDB. */
class ExportIT {

    private static final String EXPORT = "/api/v1/export";
    private static long now;

    /** More than socket buffers hold. */
    private static final int MANY = 400_000;

    private static Fixture fixture;
    private static Owner rick;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        now = Instant.now().getEpochSecond();
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of());
        fixture.accounts.users().add("rick", Fixture.PASSWORD);
        fixture.accounts.users().add("mallory", Fixture.PASSWORD);
        series("rick", "01", "light");
        series("rick", "02", "light");
        series("mallory", "07", "light");
        fixture.accounts.devices().add("rick", "03");
        fixture.write(
                "plantbuddy",
                List.of(
                        "light,user=rick,device_id=01 reading=20.5 " + (now - 60),
                        "light,user=rick,device_id=01 reading=-3 " + (now - 3 * 86_400),
                        "light,user=rick,device_id=02 reading=1e21 " + (now - 60),
                        "light,user=mallory,device_id=07 reading=666 " + (now - 60)));
        fixture.write(
                "downsampled",
                List.of(
                        mean("light,user=rick,device_id=01", now - 200 * 86_400),
                        mean("light,user=rick,device_id=01", now - 600),
                        mean("light,user=mallory,device_id=07", now - 600)));
        rick = new Owner(fixture, "rick");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static void series(String user, String device, String sensor) {
        fixture.accounts.sensors().admit(new SeriesName(user, device, sensor));
    }

    private static String mean(String series, long at) {
        return series + " reading=7.5,reading_min=5,reading_max=10.25,reading_count=3i " + at;
    }

    private static String time(long seconds) {
        return Instant.ofEpochSecond(seconds).toString();
    }

    @Test
    void readingsComeInEachFormatBoardByBoard() {
        HttpResponse<String> csv = rick.browser.get(EXPORT);
        assertThat(csv.statusCode()).as(csv.body()).isEqualTo(200);
        assertThat(csv.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/csv"));
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"plantbuddy-rick-readings.csv\"");
        assertThat(csv.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(csv.body())
                .isEqualTo("time,device,sensor,reading\r\n"
                        + time(now - 3 * 86_400) + ",01,light,-3\r\n"
                        + time(now - 60) + ",01,light,20.5\r\n"
                        + time(now - 60) + ",02,light,1000000000000000000000\r\n");
        assertThat(rick.browser.get(EXPORT + "?format=ndjson&device=01").body())
                .isEqualTo("{\"time\":\"" + time(now - 3 * 86_400)
                        + "\",\"device\":\"01\",\"sensor\":\"light\",\"reading\":-3}\n{\"time\":\"" + time(now - 60)
                        + "\",\"device\":\"01\",\"sensor\":\"light\",\"reading\":20.5}\n");
        assertThat(rick.browser.get(EXPORT + "?format=lp&device=02").body())
                .isEqualTo("light,device_id=02,user=rick reading=1000000000000000000000 " + (now - 60) + "000000000\n");
    }

    @Test
    void meansHaveLowestHighestAndCountAndARangeOfTheirOwn() {
        String both = "time,device,sensor,reading,lowest,highest,count\r\n" + time(now - 200 * 86_400)
                + ",01,light,7.5,5,10.25,3\r\n" + time(now - 600) + ",01,light,7.5,5,10.25,3\r\n";
        assertThat(rick.browser.get(EXPORT + "?of=means").body()).isEqualTo(both);
        assertThat(rick.browser
                        .get(EXPORT + "?of=means&format=lp&from=" + time(now - 86_400))
                        .body())
                .isEqualTo("light,device_id=01,user=rick reading=7.5,reading_min=5,reading_max=10.25,reading_count=3i "
                        + (now - 600) + "000000000\n");
        assertThat(rick.browser
                        .get(EXPORT + "?of=means&format=ndjson&to=" + time(now - 86_400))
                        .body())
                .isEqualTo("{\"time\":\"" + time(now - 200 * 86_400)
                        + "\",\"device\":\"01\",\"sensor\":\"light\",\"reading\":7.5,\"lowest\":5,\"highest\":10.25,"
                        + "\"count\":3}\n");
        assertThat(rick.browser.get(EXPORT + "?device=03").body()).isEqualTo("time,device,sensor,reading\r\n");
    }

    @Test
    void whatIsNotThereIsToldAndNothingOfOthersIsGiven() {
        for (String bad : List.of(
                "?format=xml", "?of=alerts", "?from=yesterday", "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")) {
            assertThat(rick.browser.get(EXPORT + bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(rick.browser.get(EXPORT + "?device=07").statusCode()).isEqualTo(404);
        assertThat(rick.browser.get(EXPORT + "?device=%22").statusCode()).isEqualTo(404);
        String token = fixture.accounts.appTokens().create("rick", "x", Set.of(Scope.READ), Optional.empty());
        assertThat(ask(EXPORT, "Authorization", "Bearer " + token).body())
                .contains("20.5")
                .doesNotContain("666");
        assertThat(ask("/api/v1/archive", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(403);
        HttpResponse<String> elsewhere = ask(EXPORT, "Sec-Fetch-Site", "cross-site", "Cookie", rick.browser.cookies());
        assertThat(elsewhere.statusCode()).isEqualTo(403);
    }

    private static HttpResponse<String> ask(String path, String... headers) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(fixture.url() + path))
                .headers(headers)
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void archiveHasAllThatIsKeptOfItsUserAndIsInTheAudit() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(fixture.url() + "/api/v1/archive"))
                .build();
        HttpResponse<byte[]> answer = rick.browser.client().send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/zip");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .hasValueSatisfying(name -> assertThat(name).matches(".*plantbuddy-rick-\\d{4}-\\d\\d-\\d\\d\\.zip.*"));
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(answer.body()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(files.keySet()).containsExactly("account.json", "downsampled.lp", "readings.lp", "settings.lp");
        assertThat(files.getOrDefault("readings.lp", "").lines()).hasSize(3);
        assertThat(files.getOrDefault("downsampled.lp", "").lines()).hasSize(2 * 4);
        assertThat(files.toString()).doesNotContain("mallory", "argon2");
        assertThat(fixture.accounts.audit().newest(Optional.of("rick"), Instant.EPOCH, 100))
                .anySatisfy(entry -> {
                    assertThat(entry.action().text()).isEqualTo("user-export");
                    assertThat(entry.actor().name()).isEqualTo("rick");
                });
    }

    @Test
    void whoDoesNotReadHoldsUpNobodyElseAndIsForgottenWhenGone() throws Exception {
        many(fixture);
        Owner slow = new Owner(fixture, "slow");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.web.port())) {
            socket.setReceiveBufferSize(4_096);
            socket.getOutputStream()
                    .write(("GET " + EXPORT + " HTTP/1.1\r\nHost: x\r\nCookie: " + slow.browser.cookies() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H'); // and nothing more
            HttpResponse<String> second = slow.browser.get(EXPORT);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(rick.browser.get(EXPORT).statusCode()).isEqualTo(200);
            assertThat(slow.browser.get("/api/v1/me").statusCode()).isEqualTo(200);
        }
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            HttpResponse<InputStream> whole = slow.browser
                    .client()
                    .send(
                            HttpRequest.newBuilder(URI.create(fixture.url() + EXPORT))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = whole.body()) {
                assertThat(whole.statusCode()).isEqualTo(200);
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8).lines())
                        .hasSize(MANY + 1);
            }
        });
    }

    private static void many(Fixture into) {
        into.accounts.users().add("slow", Fixture.PASSWORD);
        into.accounts.sensors().admit(new SeriesName("slow", "01", "light"));
        for (int sent = 0; sent < MANY; sent += 50_000) {
            List<String> lines = new ArrayList<>();
            for (int i = sent; i < sent + 50_000; i++) {
                lines.add("light,user=slow,device_id=01 reading=" + i + " " + (now - i));
            }
            into.write("plantbuddy", lines);
        }
    }

    @Test
    void partOfAFileIsNotTakenForTheWhole(@TempDir Path folder) throws Exception {
        try (Fixture own = Fixture.start(folder, Clock.systemUTC(), Map.of())) {
            many(own);
            Owner slow = new Owner(own, "slow");
            HttpResponse<InputStream> begun = slow.browser
                    .client()
                    .send(
                            HttpRequest.newBuilder(URI.create(own.url() + EXPORT + "?format=ndjson"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = begun.body()) {
                assertThat(begun.statusCode()).isEqualTo(200);
                assertThat(body.read()).isEqualTo('{');
                own.influxd.close();
                assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void withoutInfluxTheAnswerIsAProblemAndNoFile(@TempDir Path folder) {
        try (Accounts accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC())) {
            accounts.users().add("rick", Fixture.PASSWORD);
            accounts.sensors().admit(new SeriesName("rick", "01", "light"));
            Config config = Config.load(Map.of())
                    .with(Map.of(
                            Key.WEB_PORT, "0",
                            Key.INFLUX_URL, "http://127.0.0.1:1",
                            Key.INFLUX_TOKEN, "nobody-is-there"));
            try (Web web = Web.start(config, accounts, Metrics.ofProcess(), Clock.systemUTC())) {
                Owner owner = new Owner("http://127.0.0.1:" + web.port(), "rick");
                for (String path : List.of(EXPORT, "/api/v1/archive")) {
                    HttpResponse<String> answer = owner.browser.get(path);
                    assertThat(answer.statusCode()).as(path).isEqualTo(503);
                    assertThat(answer.headers().firstValue("Content-Type"))
                            .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
                    assertThat(answer.headers().firstValue("Content-Disposition"))
                            .isEmpty();
                }
            }
        }
    }
}
