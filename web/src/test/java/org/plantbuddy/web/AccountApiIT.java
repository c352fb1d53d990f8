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
import java.util.stream.StreamSupport;
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

/** What users do with their own account; InfluxDB is away, which does not matter to it. */
class AccountApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private static final String NEW = "battery staple";
    private static final int TRIES = 5;

    private static Accounts accounts;
    private static Web web;

    @BeforeAll
    static void start(@TempDir Path folder) {
        accounts = Accounts.openFile(folder.resolve("accounts.db"), CLOCK);
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "nobody-is-there"));
        web = Web.start(config, accounts, Metrics.ofProcess(), CLOCK);
    }

    @AfterAll
    static void stop() {
        web.close();
        accounts.close();
    }

    private static String url() {
        return "http://127.0.0.1:" + web.port();
    }

    private static Owner owner(String user) {
        accounts.users().add(user, Fixture.PASSWORD);
        return new Owner(url(), user);
    }

    private static HttpResponse<String> change(Owner owner, String old, String chosen, String more) {
        return owner.change(
                "PUT", "/api/v1/password", "{\"old\": \"" + old + "\", \"new\": \"" + chosen + "\"" + more + "}");
    }

    @Test
    void newPasswordSignsOutOthersAndKeepsThisBrowserAndTheTokens() throws IOException {
        Owner anna = owner("anna");
        Owner elsewhere = new Owner(url(), "anna");
        String token = accounts.appTokens().create("anna", "phone", Set.of(Scope.READ), Optional.empty());
        String before = anna.browser.cookie("plantbuddy_session").orElseThrow();

        HttpResponse<String> changed = change(anna, Fixture.PASSWORD, NEW, "");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(anna.browser.cookie("plantbuddy_session")).isPresent().isNotEqualTo(Optional.of(before));
        JsonNode me = JSON.readTree(anna.browser.get("/api/v1/me").body());
        assertThat(me.get("csrf")).isEqualTo(JSON.readTree(changed.body()).get("csrf"));
        assertThat(elsewhere.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(accounts.users().signIn("anna", NEW)).isTrue();
        assertThat(accounts.appTokens().find(token)).isPresent();
        assertThat(audit("anna")).contains("anna:password-change:");
    }

    @Test
    void tokensGoWithThePasswordWhereTheUserSaysSo() {
        Owner bert = owner("bert");
        accounts.appTokens().create("bert", "phone");
        accounts.appTokens().create("bert", "watch");
        assertThat(change(bert, Fixture.PASSWORD, NEW, ", \"revokeTokens\": true")
                        .statusCode())
                .isEqualTo(200);
        assertThat(accounts.appTokens().list("bert")).isEmpty();
        assertThat(audit("bert")).contains("bert:token-revoke:all 2");
    }

    @Test
    void wrongOldPasswordIsRefusedSlowedAndRecordedAndSlowsNoSignIn() {
        Owner cleo = owner("cleo");
        for (int i = 0; i < TRIES; i++) {
            HttpResponse<String> refused = change(cleo, "a guess", NEW, "");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("not your password");
        }
        HttpResponse<String> slowed = change(cleo, Fixture.PASSWORD, NEW, "");
        assertThat(slowed.statusCode()).isEqualTo(429);
        assertThat(slowed.headers().firstValue("Retry-After")).isPresent();
        assertThat(accounts.users().signIn("cleo", Fixture.PASSWORD)).isTrue();
        assertThat(audit("cleo")).contains("cleo:sign-in-failed:asked again");
        assertThat(new Browser(url()).signIn("cleo", Fixture.PASSWORD).statusCode())
                .isEqualTo(303);
        CLOCK.move(Duration.ofMinutes(1));
        assertThat(change(cleo, Fixture.PASSWORD, NEW, "").statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoPasswordIsRefusedWithTheRule() {
        Owner dora = owner("dora");
        for (String body : List.of(
                "{}",
                "[]",
                "{\"old\": \"correct horse\"}",
                "{\"old\": \"correct horse\", \"new\": 1}",
                "{\"old\": \"correct horse\", \"new\": \"short\"}",
                "{\"old\": \"correct horse\", \"new\": \"pb_like-a-token\"}",
                "{\"old\": \"correct horse\", \"new\": \"battery staple\", \"revokeTokens\": \"yes\"}",
                "{\"old\": \"correct horse\", \"new\": \"battery staple\", \"user\": \"anna\"}")) {
            HttpResponse<String> refused = dora.change("PUT", "/api/v1/password", body);
            assertThat(refused.statusCode()).as(body).isEqualTo(400);
            assertThat(refused.body()).doesNotContain("horse", "staple", "pb_like");
        }
        assertThat(dora.browser
                        .change("PUT", "/api/v1/password", "wrong mark", "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(accounts.users().signIn("dora", Fixture.PASSWORD)).isTrue();
    }

    @Test
    void browsersAreListedWithTheirNamesAndSignedOutOneByOneOrAllOthers() throws Exception {
        Owner emil = owner("emil");
        Owner second = new Owner(url(), "emil");
        Owner third = new Owner(url(), "emil");
        new Owner(url(), "emil");
        Owner stranger = owner("mallory");
        JsonNode list = browsers(emil);
        assertThat(list).hasSize(4);
        assertThat(list.findValuesAsText("browser")).containsOnly("A program");
        assertThat(StreamSupport.stream(list.spliterator(), false)
                        .filter(one -> one.get("current").asBoolean()))
                .hasSize(1);
        String one = current(second);

        assertThat(stranger.change("DELETE", "/api/v1/browsers?id=" + one, "").statusCode())
                .isEqualTo(404);
        assertThat(second.browser.get("/api/v1/me").statusCode()).isEqualTo(200);
        assertThat(emil.change("DELETE", "/api/v1/browsers?id=" + one, "").statusCode())
                .isEqualTo(204);
        assertThat(second.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(emil.change("DELETE", "/api/v1/browsers?id=" + one, "").statusCode())
                .isEqualTo(404);
        for (String bad : List.of("", "?id=", "?id=all", "?id=%25", "?id=" + "0".repeat(64))) {
            assertThat(emil.change("DELETE", "/api/v1/browsers" + bad, "").statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
        assertThat(emil.change("DELETE", "/api/v1/browsers?id=others", "").statusCode())
                .isEqualTo(204);
        assertThat(browsers(emil)).hasSize(1);
        assertThat(third.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(stranger.browser.get("/api/v1/me").statusCode()).isEqualTo(200);
        assertThat(audit("emil")).contains("emil:sign-out-other:" + one, "emil:sign-out-other:others");
    }

    @Test
    void ownAccountIsRemovedByNameAndPasswordAndNothingOfItWorksAfterwards() throws IOException {
        Owner gone = owner("gone");
        Owner elsewhere = new Owner(url(), "gone");
        String board = accounts.devices().add("gone", "01").password();
        String token = accounts.appTokens().create("gone", "phone");
        for (String body : List.of(
                "{}",
                "{\"user\": \"gone\"}",
                "{\"user\": \"Gone\", \"password\": \"correct horse\"}",
                "{\"user\": \"anna\", \"password\": \"correct horse\"}")) {
            assertThat(gone.change("POST", "/api/v1/removal", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(remove(gone, "gone", "a guess").statusCode()).isEqualTo(403);
        assertThat(gone.browser
                        .change("POST", "/api/v1/removal", "wrong mark", "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(accounts.users().exists("gone")).isTrue();

        HttpResponse<String> removed = remove(gone, "gone", Fixture.PASSWORD);
        assertThat(removed.statusCode()).as(removed.body()).isEqualTo(200);
        assertThat(JSON.readTree(removed.body()).get("done").asBoolean())
                .as("no bridge ever ran here: there is nothing else")
                .isTrue();
        assertThat(accounts.users().exists("gone")).isFalse();
        assertThat(accounts.devices().authenticate("gone", "01", board)).isFalse();
        assertThat(accounts.appTokens().find(token)).isEmpty();
        assertThat(gone.browser.cookie("plantbuddy_session")).isEmpty();
        assertThat(elsewhere.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(audit("gone")).containsExactly("gone:user-remove:");
    }

    @Test
    void removalWaitsForWhatIsElsewhereAndSaysSo() throws IOException {
        Owner late = owner("late");
        accounts.removals().alive("a bridge");
        JsonNode removed = JSON.readTree(remove(late, "late", Fixture.PASSWORD).body());
        assertThat(removed.get("done").asBoolean()).isFalse();
        assertThat(removed.get("waitsFor").asText()).contains("broker");
        assertThat(accounts.removals().pending("late")).isPresent();
    }

    @Test
    void lastOperatorStays() {
        Owner first = owner("boss");
        Owner second = owner("deputy");
        accounts.users().setOperator("boss", true);
        HttpResponse<String> refused = remove(first, "boss", Fixture.PASSWORD);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("--operator");
        assertThat(accounts.users().exists("boss")).isTrue();
        accounts.users().setOperator("deputy", true);
        assertThat(remove(first, "boss", Fixture.PASSWORD).statusCode()).isEqualTo(200);
        assertThat(remove(second, "deputy", Fixture.PASSWORD).statusCode()).isEqualTo(409);
        accounts.users().setOperator("deputy", false);
    }

    private static HttpResponse<String> remove(Owner owner, String user, String password) {
        return owner.change(
                "POST", "/api/v1/removal", "{\"user\": \"" + user + "\", \"password\": \"" + password + "\"}");
    }

    @Test
    void noTokenChangesAPasswordOrSeesBrowsers() throws Exception {
        owner("fred");
        String token = accounts.appTokens().create("fred", "all", Set.of(Scope.values()), Optional.empty());
        HttpClient http = HttpClient.newHttpClient();
        for (String operation :
                List.of("PUT password", "GET browsers", "DELETE browsers?id=others", "GET archive", "POST removal")) {
            String[] words = operation.split(" ", 2);
            HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/api/v1/" + words[1]))
                    .header("Authorization", "Bearer " + token)
                    .method(words[0], HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .as(operation)
                    .isEqualTo(403);
        }
    }

    private static JsonNode browsers(Owner owner) throws IOException {
        return JSON.readTree(owner.browser.get("/api/v1/browsers").body());
    }

    private static String current(Owner owner) throws IOException {
        return StreamSupport.stream(browsers(owner).spliterator(), false)
                .filter(one -> one.get("current").asBoolean())
                .findFirst()
                .orElseThrow()
                .get("id")
                .asText();
    }

    private static List<String> audit(String user) {
        return accounts.audit().newest(Optional.of(user), Instant.EPOCH, 100).stream()
                .map(entry -> entry.actor().name() + ":" + entry.action().text() + ":" + entry.subject())
                .toList();
    }
}
