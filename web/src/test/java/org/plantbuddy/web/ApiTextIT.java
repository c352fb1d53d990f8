package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Key;
import org.plantbuddy.reading.Level;
import org.plantbuddy.testing.MovableClock;

/** The API is what {@code openapi.json} says, to its users and to everybody else. */
class ApiTextIT {

    private static final ApiText TEXT = new ApiText();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Set<Scope> ALL = Set.of(Scope.MQTT, Scope.READ, Scope.MANAGE);
    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final String OLD_SESSION = "began-eight-days-ago";

    private static Fixture fixture;
    private static String oldToken;
    private static String mqttToken;
    private static String mallorysToken;
    private static Owner mallory;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of(Key.WEB_PROXIES, "1"));
        fixture.userWithHistory("rick", "ricks");
        fixture.userWithHistory("mallory", "07");
        fixture.accounts.users().setOperator("rick", true);
        fixture.alert("r1", "rick", "ricks", Level.CRIT, "soil moisture at 20 for rick", Instant.now());
        fixture.refused("rick", "ricks payload", "not a number");
        fixture.denied("rick", "ricks", "wrong-depth", "ricks reason", 1);
        fixture.denied("rick", "", "wrong-depth", "ricks other reason", 1);
        fixture.online("rick", "ricks", Instant.now());
        try (Accounts then = Accounts.openFile(
                folder.resolve("accounts.db"), new MovableClock(Instant.now().minus(Duration.ofDays(8))))) {
            then.pageSessions()
                    .begin(
                            OLD_SESSION,
                            then.users().prove("rick", Fixture.PASSWORD).orElseThrow(),
                            "");
            oldToken = then.appTokens().create("rick", "old", ALL, Optional.of(Duration.ofDays(1)));
        }
        mqttToken = fixture.accounts.appTokens().create("rick", "mqtt");
        mallorysToken = fixture.accounts.appTokens().create("mallory", "all", ALL, Optional.empty());
        mallory = new Owner(fixture, "mallory");
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void everythingThatIsServedIsInTheText() throws IOException {
        assertThat(TEXT.operations())
                .as("openapi.json, beside the page's files, has to describe each route under /api")
                .extracting(ApiText.Operation::toString)
                .containsExactlyInAnyOrderElementsOf(fixture.web.api());
        HttpResponse<String> served = new Browser(fixture.url()).get("/api/v1/openapi.json");
        TEXT.describes("GET", "/api/v1/openapi.json", served);
        assertThat(new ObjectMapper().readTree(served.body()).get("openapi").asText())
                .startsWith("3.1");
    }

    @ParameterizedTest
    @MethodSource("org.plantbuddy.web.ApiText#all")
    void nobodyGetsInWithoutASessionOrATokenThatHolds(ApiText.Operation operation) {
        if (operation.open()) {
            return;
        }
        Map<String, String> strangers = Map.of(
                "nothing", "X-Nothing: 1",
                "an expired session", "Cookie: plantbuddy_session=" + OLD_SESSION,
                "a forged session", "Cookie: plantbuddy_session=forged",
                "a forged token", "Authorization: Bearer pb_forged",
                "an expired token", "Authorization: Bearer " + oldToken,
                "a password", "Authorization: Basic cmljazpjb3JyZWN0IGhvcnNl");
        strangers.forEach((with, header) -> {
            HttpResponse<String> answer = send(operation, "?device=ricks&sensor=light&label=mqtt", header);
            assertThat(answer.statusCode()).as(operation + " with " + with).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
            TEXT.describes(operation.method(), operation.path(), answer);
        });
        HttpResponse<String> answer = send(operation, "", "Authorization: Bearer " + mqttToken);
        assertThat(answer.statusCode()).as(operation + " with a token for MQTT").isEqualTo(403);
        TEXT.describes(operation.method(), operation.path(), answer);
    }

    @ParameterizedTest
    @MethodSource("org.plantbuddy.web.ApiText#all")
    void namesOfAnothersThingsLeadToNoneOfThem(ApiText.Operation operation) {
        if (operation.endless()) {
            return; // EventsIT
        }
        String before = ricks();
        String query = "?device=ricks&sensor=soil_moisture&label=mqtt&user=rick";
        HttpResponse<String> withToken = send(operation, query, "Authorization: Bearer " + mallorysToken);
        HttpResponse<String> inBrowser = operation.method().equals("GET")
                ? mallory.browser.get(operation.path() + query)
                : mallory.change(operation.method(), operation.path() + query, body(operation.path()));
        for (HttpResponse<String> answer : List.of(withToken, inBrowser)) {
            TEXT.describes(operation.method(), operation.path(), answer);
            if (!operation.open()) {
                assertThat(answer.body()).doesNotContain("rick/", "ricks payload", "ricks reason", "for rick");
            }
        }
        assertThat(ricks()).isEqualTo(before);
    }

    /** What must not change. */
    private static String ricks() {
        return fixture.accounts.devices().list("rick").toString()
                + fixture.accounts.mutes().list("rick")
                + fixture.accounts.appTokens().list("rick")
                + new Owner(fixture, "rick").browser.get("/api/v1/thresholds").body();
    }

    @Test
    void answersToTheirUserAreAsTheTextSays() {
        Owner rick = new Owner(fixture, "rick");
        String threshold = "{\"device\":\"ricks\",\"sensor\":\"light\",\"crit_below\":20}";
        change(rick, 200, "PUT", "/api/v1/thresholds", "", threshold);
        change(rick, 400, "PUT", "/api/v1/thresholds", "", "{}");
        change(rick, 200, "POST", "/api/v1/thresholds/preview", "", threshold);
        change(rick, 200, "PUT", "/api/v1/mutes", "", "{\"device\":\"ricks\",\"sensor\":\"light\",\"for\":\"8h\"}");
        change(rick, 200, "PUT", "/api/v1/mutes", "", "{\"device\":\"ricks\",\"sensor\":\"*\",\"for\":\"forever\"}");
        change(rick, 400, "PUT", "/api/v1/mutes", "", "[]");
        change(rick, 201, "POST", "/api/v1/notes", "", "{\"device\":\"ricks\",\"kind\":\"watered\"}");
        change(rick, 409, "POST", "/api/v1/notes", "", "{\"device\":\"none\",\"kind\":\"watered\"}");
        change(rick, 404, "DELETE", "/api/v1/notes", "?id=none", "");
        change(rick, 201, "POST", "/api/v1/devices", "", "{\"device\":\"more\"}");
        change(rick, 409, "POST", "/api/v1/devices", "", "{\"device\":\"more\"}");
        change(rick, 201, "POST", "/api/v1/tokens", "", "{\"label\":\"a\",\"scopes\":[\"read\"],\"days\":1}");
        for (ApiText.Operation operation : TEXT.operations()) {
            if (operation.method().equals("GET") && !operation.endless()) {
                HttpResponse<String> answer = rick.browser.get(operation.path());
                assertThat(answer.statusCode()).as(operation.toString()).isEqualTo(200);
                TEXT.describes("GET", operation.path(), answer);
            }
        }
        change(rick, 204, "DELETE", "/api/v1/thresholds", "?device=ricks&sensor=light", "");
        change(rick, 404, "DELETE", "/api/v1/thresholds", "?device=ricks&sensor=light", "");
        change(rick, 204, "DELETE", "/api/v1/mutes", "?device=ricks&sensor=light", "");
        change(rick, 204, "DELETE", "/api/v1/mutes", "?device=ricks&sensor=*", "");
        change(rick, 404, "DELETE", "/api/v1/mutes", "?device=ricks&sensor=*", "");
        change(rick, 204, "DELETE", "/api/v1/devices", "?device=more", "");
        change(rick, 404, "DELETE", "/api/v1/devices", "?device=more", "");
        change(rick, 204, "DELETE", "/api/v1/tokens", "?label=a", "");
        change(rick, 404, "DELETE", "/api/v1/tokens", "?label=a", "");
        change(rick, 404, "DELETE", "/api/v1/browsers", "?id=0123456789abcdef", "");
        change(rick, 400, "PUT", "/api/v1/password", "", "{}");
        change(rick, 403, "PUT", "/api/v1/password", "", "{\"old\":\"wrong\",\"new\":\"battery staple\"}");
        change(rick, 204, "DELETE", "/api/v1/browsers", "?id=others", "");
        change(rick, 400, "POST", "/api/v1/removal", "", "{\"user\":\"mallory\",\"password\":\"\"}");
    }

    @Test
    void longListsComeInPiecesThatLeaveNothingOut() throws IOException {
        fixture.accounts.users().add("paul", Fixture.PASSWORD);
        fixture.accounts.devices().add("paul", "01");
        Instant at = Instant.now();
        for (int i = 0; i < 7; i++) {
            fixture.alert("p" + i, "paul", "01", Level.CRIT, "alert " + i, at.minusSeconds(i / 2));
            fixture.refused("paul", "payload" + i, "not a number");
        }
        Browser paul = new Owner(fixture, "paul").browser;
        for (String list : List.of("/api/v1/alerts", "/api/v1/refused")) {
            Set<String> seen = new HashSet<>();
            Optional<String> next = Optional.of(list + "?limit=2");
            int pieces = 0;
            while (next.isPresent()) {
                HttpResponse<String> piece = paul.get(next.get());
                TEXT.describes("GET", list, piece);
                JsonNode body = new ObjectMapper().readTree(piece.body());
                JsonNode rows = body.isArray() ? body : body.get("history");
                rows.forEach(row -> assertThat(seen.add(
                                row.path("id").asText() + row.path("payload").asText()))
                        .isTrue());
                pieces++;
                next = piece.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>')));
            }
            assertThat(seen).hasSize(7);
            assertThat(pieces).isEqualTo(4);
            List<String> others =
                    list.endsWith("alerts") ? List.of("device=UP", "level=panic", "from=soon", "to=1.5") : List.of();
            for (String bad : others) {
                assertThat(paul.get(list + "?" + bad).statusCode()).as(bad).isEqualTo(400);
            }
            for (String bad : List.of("limit=0", "limit=201", "limit=x", "before=x", "before=1.%00", "before=.")) {
                HttpResponse<String> refused = paul.get(list + "?" + bad);
                assertThat(refused.statusCode()).as(bad).isEqualTo(400);
                TEXT.describes("GET", list, refused);
            }
        }
    }

    @Test
    void alertsAreThoseOfABoardALevelAndATimeInPiecesToo() throws IOException {
        fixture.accounts.users().add("fil", Fixture.PASSWORD);
        Instant noon = Instant.parse("2026-05-20T12:00:00Z");
        for (int i = 0; i < 6; i++) {
            String board = i < 4 ? "01" : "02";
            fixture.alert("f" + i, "fil", board, i % 2 == 0 ? Level.CRIT : Level.OK, "…", noon.plusSeconds(i));
        }
        Browser fil = new Owner(fixture, "fil").browser;
        assertThat(ids(fil, "device=01")).isEqualTo("f3 f2 f1 f0");
        assertThat(ids(fil, "device=none")).isEmpty();
        assertThat(ids(fil, "level=crit")).isEqualTo("f4 f2 f0");
        assertThat(ids(fil, "from=2026-05-20T12:00:01Z&to=2026-05-20T12:00:03Z"))
                .isEqualTo("f3 f2 f1");
        assertThat(ids(fil, "from=" + noon.plusSeconds(5).toEpochMilli())).isEqualTo("f5");
        assertThat(ids(fil, "limit=1&device=01&level=ok&to=2026-05-20T12:00:03Z"))
                .isEqualTo("f3 | f1 | ");
    }

    /** All pieces. */
    private static String ids(Browser browser, String query) throws IOException {
        List<String> pieces = new ArrayList<>();
        Optional<String> next = Optional.of("/api/v1/alerts?" + query);
        while (next.isPresent()) {
            HttpResponse<String> piece = browser.get(next.get());
            TEXT.describes("GET", "/api/v1/alerts", piece);
            List<String> ids = new ArrayList<>();
            new ObjectMapper()
                    .readTree(piece.body())
                    .get("history")
                    .forEach(row -> ids.add(row.get("id").asText()));
            pieces.add(String.join(" ", ids));
            next = piece.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>')));
        }
        return String.join(" | ", pieces);
    }

    @Test
    void answerThatIsTheSameIsNotSentAgain() {
        HttpResponse<String> first = ask("");
        assertThat(first.statusCode()).isEqualTo(200);
        HttpResponse<String> again = ask(first.headers().firstValue("ETag").orElseThrow());
        assertThat(again.statusCode()).isEqualTo(304);
        TEXT.describes("GET", "/api/v1/devices", again);
        assertThat(ask("\"another\"").body()).isEqualTo(first.body());
    }

    /** Jetty refuses it before a route sees it. */
    @Test
    void cookieThatIsNoneIsRefusedAsTheTextSays() throws IOException {
        URI page = URI.create(fixture.url());
        try (Socket socket = new Socket(page.getHost(), page.getPort())) {
            socket.getOutputStream()
                    .write("GET /api/v1/me HTTP/1.1\r\nHost: here\r\nConnection: close\r\nCookie: a=\u0001\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("Content-Type: application/problem+json", "\"status\":400", "\"todo\":")
                    .doesNotContain("<html>");
        }
    }

    @ParameterizedTest
    @MethodSource("org.plantbuddy.web.ApiText#all")
    void addressThatIsTooLongIsRefusedAsTheTextSays(ApiText.Operation operation) {
        if (!operation.method().equals("GET")) {
            return; // who still sends a body when the connection is ended may not hear why
        }
        String some = "a".repeat(5_000);
        Map.of(
                        414,
                        send(operation, "?device=" + some + some, "X-Nothing: 1"),
                        431,
                        send(operation, "?device=" + some, "X-Nothing: " + some))
                .forEach((status, answer) -> {
                    assertThat(answer.statusCode()).isEqualTo(status);
                    assertThat(answer.body()).contains("8 KiB");
                    TEXT.describes(operation.method(), operation.path(), answer);
                });
    }

    private static HttpResponse<String> ask(String tag) {
        return send(HttpRequest.newBuilder(URI.create(fixture.url() + "/api/v1/devices"))
                .header("Authorization", "Bearer " + mallorysToken)
                .header("If-None-Match", tag));
    }

    private static void change(Owner owner, int status, String method, String path, String query, String body) {
        HttpResponse<String> answer = owner.change(method, path + query, body);
        assertThat(answer.statusCode())
                .as(method + " " + path + query + " " + answer.body())
                .isEqualTo(status);
        TEXT.describes(method, path, answer);
    }

    /** What a change is asked for with. */
    static String body(String path) {
        return switch (path) {
            case "/api/v1/me" -> "{\"language\":null,\"temperatureUnit\":\"C\"}";
            case "/api/v1/mutes" -> "{\"device\":\"ricks\",\"sensor\":\"light\",\"for\":\"8h\"}";
            case "/api/v1/notes" -> "{\"device\":\"ricks\",\"kind\":\"watered\"}";
            case "/api/v1/tokens" -> "{\"label\":\"mqtt\",\"scopes\":[\"read\"]}";
            case "/api/v1/removal" -> "{\"user\":\"rick\",\"password\":\"a guess\"}";
            case "/api/v1/password" -> "{\"old\":\"a guess\",\"new\":\"battery staple\"}";
            case "/api/v1/devices" -> "{\"device\":\"ricks\"}";
            default -> "{\"device\":\"ricks\",\"sensor\":\"light\",\"crit_below\":20}";
        };
    }

    private static HttpResponse<String> send(ApiText.Operation operation, String query, String header) {
        int address = ADDRESSES.incrementAndGet();
        String[] named = header.split(": ", 2);
        return send(HttpRequest.newBuilder(URI.create(fixture.url() + operation.path() + query))
                .header("X-Forwarded-For", "10.0." + address / 250 + "." + (1 + address % 250))
                .header(named[0], named[1])
                .method(
                        operation.method(),
                        operation.method().equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body(operation.path()))));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
