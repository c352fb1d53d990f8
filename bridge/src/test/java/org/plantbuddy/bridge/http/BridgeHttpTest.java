package org.plantbuddy.bridge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.bridge.alert.Intake;
import org.plantbuddy.config.Secret;
import org.plantbuddy.watch.Part;

class BridgeHttpTest {

    private static final String SECRET = "a-secret-of-the-test";
    private static final String GOOD = "{\"user\":\"rick\",\"device\":\"01\",\"sensor\":\"soil_moisture\","
            + "\"level\":\"crit\",\"previous_level\":\"ok\",\"value\":20,\"threshold\":\"<= 35\","
            + "\"message\":\"soil moisture at 20 on board 01 of rick\",\"time\":\"2026-11-24T00:00:00Z\","
            + "\"status_time\":\"2026-11-24T00:00:10.123456789Z\"}";

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger woken = new AtomicInteger();
    private volatile Optional<String> problem = Optional.empty();
    private Accounts accounts;
    private BridgeHttp http;

    @BeforeEach
    void start(@TempDir Path folder) {
        accounts = Accounts.openFile(folder.resolve("accounts.db"), Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        accounts.devices().add("rick", "01");
        http = BridgeHttp.start(
                "127.0.0.1",
                0,
                new NotifyHandler(
                        new BearerSecret(() -> new Secret(SECRET)),
                        new Intake(accounts, woken::incrementAndGet),
                        meters),
                meters,
                List.of(new Part("mqtt", () -> problem), new Part("outbox", Optional::empty)),
                List.of(new Part("canary", () -> Optional.of("does not arrive"))));
    }

    @AfterEach
    void stop() {
        http.close();
        accounts.close();
    }

    @Test
    void notificationIsInTheOutboxBeforeItIsAnswered() throws Exception {
        HttpResponse<String> answer = notify(GOOD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(accounts.alerts().pendingCount()).isEqualTo(1);
        assertThat(accounts.alerts().history("rick", 10)).hasSize(1);
        assertThat(woken).hasValue(1);
        assertThat(counted("stored")).isEqualTo(1);
    }

    @Test
    void repeatIsAcceptedAndStoredOnce() throws Exception {
        notify(GOOD);
        HttpResponse<String> answer = notify(GOOD.replace("at 20", "at twenty"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(accounts.alerts().history("rick", 10)).hasSize(1);
        assertThat(woken).hasValue(1);
        assertThat(counted("repeated")).isEqualTo(1);
    }

    @Test
    void replayOfAPublishedAlertPublishesNothing() throws Exception {
        notify(GOOD);
        accounts.alerts().published(accounts.alerts().history("rick", 1).get(0).id());

        assertThat(notify(GOOD).statusCode()).isEqualTo(200);
        assertThat(accounts.alerts().pendingCount()).isZero();
    }

    @Test
    void requestsThatDoNotEndKeepNobodyElseOut() throws Exception {
        String beginning = "POST /notify HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + SECRET
                + "\r\nContent-Length: 1000\r\n\r\n{";
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) { // more than the server has threads
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
                socket.getOutputStream().write(beginning.getBytes(StandardCharsets.UTF_8));
                slow.add(socket);
            }
            assertThat(client.sendAsync(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/readyz"))
                                    .build(),
                            BodyHandlers.ofString()))
                    .succeedsWithin(10, java.util.concurrent.TimeUnit.SECONDS)
                    .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void unknownUserOrBoardIsAcceptedAndCountedAndNothingElse() throws Exception {
        assertThat(notify(GOOD.replace("\"rick\"", "\"nobody\"")).statusCode()).isEqualTo(200);
        assertThat(notify(GOOD.replace("\"01\"", "\"99\"")).statusCode()).isEqualTo(200);

        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(counted("unknown")).isEqualTo(2);
    }

    @Test
    void forgedCallsLeaveNothingButACount() throws Exception {
        for (String forged :
                List.of("Bearer wrong", "Bearer " + SECRET + "x", "Bearer", "Bearer ", "Basic " + SECRET, SECRET, "")) {
            HttpRequest.Builder request = request("/notify").POST(BodyPublishers.ofString(GOOD));
            if (!forged.isEmpty()) {
                request.setHeader("Authorization", forged);
            }
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(forged).isEqualTo(401);
            assertThat(answer.body()).doesNotContain(SECRET);
        }
        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(counted("unauthorized")).isEqualTo(7);
    }

    @Test
    void malformedBodyIsRefused() throws Exception {
        assertThat(notify("not json").statusCode()).isEqualTo(400);
        assertThat(notify(GOOD.replace("rick", "rick/#")).statusCode()).isEqualTo(400);

        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(counted("malformed")).isEqualTo(2);
    }

    @Test
    void bodiesThatMeanMoreThanTheySayAreRefused() throws Exception {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        List<String> bodies = List.of(
                GOOD.replace("\"user\":\"rick\"", "\"user\":\"nobody\",\"user\":\"rick\""),
                GOOD + GOOD,
                "[" + GOOD + "]",
                GOOD.replace("\"user\":", "\"more\":" + deep + ",\"user\":"),
                GOOD.replace("\"rick\"", "[\"rick\"]"),
                GOOD.replace("\"rick\"", "{\"name\":\"rick\"}"),
                "\uFEFF\u0000" + GOOD,
                "");
        for (String body : bodies) {
            assertThat(notify(body).statusCode())
                    .as(body.substring(0, Math.min(80, body.length())))
                    .isEqualTo(400);
        }
        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(counted("malformed")).isEqualTo(bodies.size());
    }

    @Test
    void noNameReachesATopicThatIsNotItsOwn() throws Exception {
        for (String name : List.of(
                "rick/alerts",
                "../rick",
                "+",
                "#",
                "rick/#",
                "$share/bridge",
                "RICK",
                "r\u0131ck",
                "rick ",
                "rick\\u0000",
                "rick\\n",
                "rick\\\"",
                "",
                "rick'; DROP TABLE alerts; --")) {
            for (String field : List.of("user", "device", "sensor")) {
                String body = GOOD.replaceFirst(
                        "\"" + field + "\":\"[^\"]*\"", Matcher.quoteReplacement("\"" + field + "\":\"" + name + "\""));
                assertThat(notify(body).statusCode()).as(field + " " + name).isEqualTo(400);
            }
        }
        assertThat(accounts.alerts().pendingCount()).isZero();
    }

    @Test
    void requestsThatAreNoHttpOrSayTwoThingsLeaveNothing() throws Exception {
        // ~ is the end of a line, ^ only half of it
        String head = "POST /notify HTTP/1.1~Host: bridge~Connection: close~";
        String secret = "Authorization: Bearer " + SECRET + "~";
        for (String request : List.of(
                head + secret + "Content-Length: 5~Content-Length: 6~~" + GOOD,
                head + secret + "Content-Length: 3~Transfer-Encoding: chunked~~0~~" + GOOD,
                head + secret + "Content-Length: -1~~" + GOOD,
                head + "X-Long: " + "x".repeat(70_000) + "~" + secret + "Content-Length: 0~~",
                head + "Authorization: Bearer wrong~" + secret + "Content-Length: " + GOOD.length() + "~~" + GOOD,
                head + "Authorization: Bearer " + SECRET + "^X: y~Content-Length: 0~~",
                "PUT /notify HTTP/1.1~Host: bridge~Connection: close~" + secret + "Content-Length: " + GOOD.length()
                        + "~~" + GOOD,
                "POST http://elsewhere/notify/../notify/x HTTP/1.1~Host: bridge~Connection: close~" + secret
                        + "Content-Length: 0~~",
                "\0\1\2 not http~~")) {
            String answer = raw(request.replace("~", "\r\n").replace('^', '\r'));
            assertThat(answer)
                    .as(request.substring(0, Math.min(100, request.length())))
                    .doesNotContain(" 200 ")
                    .doesNotContain(SECRET);
        }
        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(notify(GOOD).statusCode()).isEqualTo(200);
    }

    @Test
    void callersWhoNeverFinishKeepNobodyElseWaiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
                slow.add(socket);
                String begun = i % 2 == 0
                        ? "POST /notify HTTP/1.1~Host: bri"
                        : "POST /notify HTTP/1.1~Host: bridge~Content-Length: 9000~~{";
                socket.getOutputStream().write(begun.replace("~", "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(notify(GOOD).statusCode()).isEqualTo(200);
            assertThat(accounts.alerts().history("rick", 10)).hasSize(1);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void operationsAreToldApartFromReadiness() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/operationz").statusCode()).isEqualTo(503);
        assertThat(get("/operationz").body()).contains("canary").contains("does not arrive");
    }

    @Test
    void statusTellsTheSameAndTheFiguresToPrograms() throws Exception {
        notify(GOOD);

        JsonNode status = new JsonMapper().readTree(get("/status").body());

        assertThat(status.at("/parts/0/part").asText()).isEqualTo("canary");
        assertThat(status.at("/parts/0/ready").asBoolean(true)).isFalse();
        assertThat(status.at("/parts/0/reason").asText()).isEqualTo("does not arrive");
        assertThat(status.path("figures")).anySatisfy(figure -> {
            assertThat(figure.path("name").asText()).isEqualTo("plantbuddy_notify_calls");
            assertThat(figure.path("labels").path("outcome").asText()).isEqualTo("stored");
            assertThat(figure.path("value").asDouble()).isEqualTo(1);
        });
    }

    @Test
    void tooLargeABodyIsRefusedWithAndWithoutItsLength() throws Exception {
        byte[] large = GOOD.replace("at 20", "x".repeat(70_000)).getBytes(StandardCharsets.UTF_8);

        assertThat(notify(BodyPublishers.ofByteArray(large)).statusCode()).isEqualTo(413);
        assertThat(notify(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThat(counted("too_large")).isEqualTo(2);
    }

    @Test
    void databaseThatCannotStoreIsNotAnsweredWith200() throws Exception {
        accounts.close();

        assertThat(notify(GOOD).statusCode()).isEqualTo(503);
        assertThat(counted("unavailable")).isEqualTo(1);
    }

    @Test
    void onlyTheMethodAndPathsThatAreThereAnswer() throws Exception {
        assertThat(get("/notify").statusCode()).isEqualTo(405);
        assertThat(client.send(request("/notify").DELETE().build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/nothing").body()).isEmpty();
        assertThat(get("/notify").body()).isEmpty();
    }

    @Test
    void metricsTellCallsByOutcome() throws Exception {
        notify(GOOD);
        HttpResponse<String> answer = get("/metrics");

        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(answer.body())
                .contains("plantbuddy_notify_calls_total{outcome=\"stored\"} 1.0")
                .contains("plantbuddy_notify_calls_total{outcome=\"unauthorized\"} 0.0");
    }

    @Test
    void readinessNamesThePartThatIsNot() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);

        problem = Optional.of("not connected");
        HttpResponse<String> answer = get("/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .isEqualTo("[{\"part\":\"mqtt\",\"ready\":false,\"reason\":\"not connected\"},"
                        + "{\"part\":\"outbox\",\"ready\":true,\"reason\":\"\"}]");
    }

    @Test
    void nothingTellsWhatServerThisIs() throws Exception {
        for (String request : List.of(
                "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /notify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: x\r\nA: " + "y".repeat(20_000) + "\r\n\r\n")) {
            assertThat(raw(request))
                    .matches("(?s)HTTP/1.1 (4|5)\\d\\d .*")
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContainIgnoringCase("javalin")
                    .doesNotContain("Exception");
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
                InputStream in = socket.getInputStream()) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private double counted(String outcome) {
        return meters.get("plantbuddy.notify.calls")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private HttpResponse<String> notify(String body) throws Exception {
        return notify(BodyPublishers.ofString(body));
    }

    private HttpResponse<String> notify(BodyPublisher body) throws Exception {
        return client.send(
                request("/notify")
                        .header("Authorization", "Bearer " + SECRET)
                        .POST(body)
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
    }
}
