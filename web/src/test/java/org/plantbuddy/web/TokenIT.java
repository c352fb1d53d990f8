package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.web.signin.FailedTries;

/** Programs that come with a token; InfluxDB is away, which does not matter to them. */
class TokenIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Accounts accounts;
    private static Web web;

    @BeforeAll
    static void start(@TempDir Path folder) {
        accounts = Accounts.openFile(folder.resolve("accounts.db"), CLOCK);
        accounts.users().add("rick", Fixture.PASSWORD);
        accounts.users().add("mallory", Fixture.PASSWORD);
        accounts.users().setOperator("rick", true);
        accounts.devices().add("rick", "01");
        accounts.devices().add("mallory", "07");
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.WEB_PROXIES, "1",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "nobody-is-there"));
        web = Web.start(config, accounts, Metrics.ofProcess(), CLOCK);
    }

    @AfterAll
    static void stop() {
        web.close();
        accounts.close();
    }

    @Test
    void tokenReadsItsUsersDataAndChangesNothingWithoutTheScope() throws IOException {
        String token = token("rick", Scope.READ);
        HttpResponse<String> boards = send("GET", "/api/v1/devices", token, "");
        assertThat(boards.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(boards.body()).findValuesAsText("device")).containsExactly("01");
        JsonNode me = JSON.readTree(send("GET", "/api/v1/me", token, "").body());
        assertThat(me.get("user").asText()).isEqualTo("rick");
        assertThat(me.get("csrf").isNull()).isTrue();

        HttpResponse<String> refused = send("DELETE", "/api/v1/devices?device=01", token, "");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(why -> assertThat(why).contains("insufficient_scope", "scope=\"manage\""));
        assertThat(JSON.readTree(refused.body()).get("todo").asText()).isNotEmpty();
        assertThat(accounts.devices().list("rick").get(0).active()).isTrue();
    }

    @Test
    void tokenThatManagesNeedsNoMarkOfASessionAndIsNamedInTheAudit() {
        String token = token("mallory", Scope.MANAGE);
        assertThat(send("POST", "/api/v1/devices", token, "{\"device\": \"new\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("GET", "/api/v1/devices", token, "").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/api/v1/devices?device=new", token, "").statusCode())
                .isEqualTo(204);
        assertThat(send("DELETE", "/api/v1/devices?device=01", token, "").statusCode())
                .isEqualTo(404);
        assertThat(accounts.audit().newest(Optional.of("mallory"), Instant.EPOCH, 10))
                .anySatisfy(entry -> {
                    assertThat(entry.action().text()).isEqualTo("device-add");
                    assertThat(entry.actor().name()).isEqualTo("mallory");
                });
    }

    @Test
    void tokenForTheBrokerAloneReadsNothing() {
        assertThat(send("GET", "/api/v1/devices", token("rick", Scope.MQTT), "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void noTokenMakesTokensOrSeesWhatAnOperatorSees() {
        String token = token("rick", Scope.READ, Scope.MANAGE);
        for (String path : List.of("/api/v1/tokens", "/api/v1/operator/users", "/api/v1/operator/status")) {
            assertThat(send("GET", path, token, "").statusCode()).as(path).isEqualTo(403);
        }
        assertThat(send("POST", "/api/v1/tokens", token, "{\"label\": \"x\", \"scopes\": [\"read\"]}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("DELETE", "/api/v1/tokens?label=test", token, "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void tokenEndsWhenItIsRevokedAndWhenItsTimeIsOver() {
        String day = accounts.appTokens().create("rick", "day", Set.of(Scope.READ), Optional.of(Duration.ofDays(1)));
        String other = accounts.appTokens().create("rick", "other", Set.of(Scope.READ), Optional.empty());
        assertThat(send("GET", "/api/v1/usage", day, "").statusCode()).isEqualTo(200);
        CLOCK.move(Duration.ofDays(1));
        assertThat(send("GET", "/api/v1/usage", day, "").statusCode()).isEqualTo(401);
        assertThat(send("GET", "/api/v1/usage", other, "").statusCode()).isEqualTo(200);
        accounts.appTokens().revoke("rick", "other");
        HttpResponse<String> refused = send("GET", "/api/v1/usage", other, "");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(why -> assertThat(why).startsWith("Bearer ").contains("invalid_token"));
        assertThat(refused.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    }

    @Test
    void wrongTokenIsNotHelpedByASessionAndItsAnswersAreHeldBackInTheEnd() {
        Owner rick = new Owner(url(), "rick");
        String session = rick.browser.cookie("plantbuddy_session").orElseThrow();
        for (int i = 0; i < FailedTries.FREE; i++) {
            assertThat(guess("pb_guess" + i, session).statusCode()).isEqualTo(401);
        }
        assertThat(guess("pb_guess", session).statusCode()).isEqualTo(401); // held for 250 ms, and answered
        assertThat(guess("no token at all", session).statusCode()).isEqualTo(401);
        assertThat(rick.browser.get("/api/v1/me").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> guess(String token, String session) {
        return send(HttpRequest.newBuilder(URI.create(url() + "/api/v1/me"))
                .header("X-Forwarded-For", "192.0.2.77")
                .header("Authorization", "Bearer " + token)
                .header("Cookie", "plantbuddy_session=" + session)
                .GET());
    }

    @Test
    void userMakesListsAndRevokesTokensOnThePage() throws IOException {
        Owner owner = new Owner(url(), "mallory");
        String asked = "{\"label\": \"dashboard\", \"scopes\": [\"read\"], \"days\": 30}";
        HttpResponse<String> added = owner.change("POST", "/api/v1/tokens", asked);
        assertThat(added.statusCode()).isEqualTo(201);
        String token = JSON.readTree(added.body()).get("token").asText();
        assertThat(send("GET", "/api/v1/devices", token, "").body())
                .contains("07")
                .doesNotContain("\"01\"");

        HttpResponse<String> list = owner.browser.get("/api/v1/tokens");
        assertThat(list.body()).contains("dashboard").doesNotContain(token);
        assertThat(owner.browser
                        .change("DELETE", "/api/v1/tokens?label=dashboard", "wrong", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(new Owner(url(), "rick")
                        .change("DELETE", "/api/v1/tokens?label=dashboard", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(owner.change("DELETE", "/api/v1/tokens?label=dashboard", "").statusCode())
                .isEqualTo(204);
        assertThat(send("GET", "/api/v1/devices", token, "").statusCode()).isEqualTo(401);
        for (String bad : List.of(
                "{}",
                "[]",
                "{\"label\": \"x\", \"scopes\": []}",
                "{\"label\": \"x\", \"scopes\": [\"root\"]}",
                "{\"label\": \"x\", \"scopes\": [1]}",
                "{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 0}",
                "{\"label\": \"x\", \"scopes\": [\"read\"], \"days\": 1.5}",
                "{\"label\": \" \", \"scopes\": [\"read\"]}")) {
            assertThat(owner.change("POST", "/api/v1/tokens", bad).statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    private static String token(String user, Scope... scopes) {
        return accounts.appTokens().create(user, "test", Set.of(scopes), Optional.empty());
    }

    private static String url() {
        return "http://127.0.0.1:" + web.port();
    }

    private static HttpResponse<String> send(String method, String path, String token, String body) {
        return send(HttpRequest.newBuilder(URI.create(url() + path))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
