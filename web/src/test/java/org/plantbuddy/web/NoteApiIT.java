package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Key;
import org.plantbuddy.testing.MosquittoBroker;

class NoteApiIT {

    private static final String NOTES = "/api/v1/notes";
    private static final String WATERED = "{\"device\":\"01\",\"kind\":\"watered\"}";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path folder;

    private static MosquittoBroker broker;
    private static Fixture fixture;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        broker = MosquittoBroker.start(folder, "$web", "$bridge", "reader");
        fixture =
                Fixture.start(folder, Clock.systemUTC(), Map.of(Key.MQTT_URL, broker.url(), Key.MQTT_TOKEN, "secret"));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        broker.close();
    }

    private static Owner owner(String user) {
        fixture.accounts.users().add(user, Fixture.PASSWORD);
        fixture.accounts.devices().add(user, "01");
        return new Owner(fixture, user);
    }

    @Test
    void noteIsAddedListedAndTakenBack() throws IOException {
        Owner rick = owner("rick");
        JsonNode watered = JSON.readTree(rick.change("POST", NOTES, WATERED).body());
        assertThat(watered.get("time").asLong())
                .isBetween(Instant.now().minusSeconds(60).toEpochMilli(), System.currentTimeMillis());
        HttpResponse<String> noted = rick.change(
                "POST", NOTES, "{\"device\":\"01\",\"kind\":\"note\",\"text\":\" neue Erde 龟 \",\"time\":1000}");
        assertThat(noted.statusCode()).isEqualTo(201);
        JsonNode list = JSON.readTree(rick.browser.get(NOTES + "?device=01").body());
        assertThat(list).hasSize(2);
        assertThat(list.get(1).get("text").asText()).isEqualTo("neue Erde 龟");
        assertThat(JSON.readTree(rick.browser.get(NOTES + "?to=2000").body())).hasSize(1);
        HttpResponse<String> piece = rick.browser.get(NOTES + "?limit=1&device=01");
        String next = piece.headers().firstValue("Link").orElseThrow();
        assertThat(JSON.readTree(rick.browser
                                .get(next.substring(1, next.indexOf('>')))
                                .body())
                        .get(0)
                        .get("time")
                        .asLong())
                .isEqualTo(1000);

        Owner mallory = owner("mallory");
        String id = "?id=" + watered.get("id").asText();
        assertThat(mallory.browser.get(NOTES).body()).isEqualTo("[]");
        assertThat(mallory.change("DELETE", NOTES + id, "").statusCode()).isEqualTo(404);
        assertThat(rick.change("DELETE", NOTES + id, "").statusCode()).isEqualTo(204);
        assertThat(JSON.readTree(rick.browser.get(NOTES).body())).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"device\":\"01\"}",
                "{\"device\":\"01\",\"kind\":\"eaten\"}",
                "{\"device\":\"01\",\"kind\":\"note\"}",
                "{\"device\":\"01\",\"kind\":\"note\",\"text\":\" \"}",
                "{\"device\":\"01\",\"kind\":\"note\",\"text\":7}",
                "{\"device\":\"01\",\"kind\":\"note\",\"text\":\"a\\u202eb\"}",
                "{\"device\":\"01\",\"kind\":\"watered\",\"time\":-1}",
                "{\"device\":\"01\",\"kind\":\"watered\",\"time\":99999999999999}",
                "{\"device\":\"01\",\"kind\":\"watered\",\"time\":\"now\"}",
                "{\"device\":\"UP\",\"kind\":\"watered\"}",
                "{\"device\":\"01\",\"kind\":\"watered\",\"where\":\"here\"}",
            })
    void whatIsNoNoteIsRefused(String body) {
        String user = "bad" + Integer.toHexString(body.hashCode());
        Owner bad = owner(user);
        HttpResponse<String> answer = bad.change("POST", NOTES, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(bad.browser.get(NOTES).body()).isEqualTo("[]");
    }

    @Test
    void textHasTwoHundredCharactersOfAnyKindAndNoMore() {
        Owner longs = owner("longs");
        String body = "{\"device\":\"01\",\"kind\":\"note\",\"text\":\"%s\"}";
        assertThat(longs.change("POST", NOTES, body.formatted("🌱".repeat(200))).statusCode())
                .isEqualTo(201);
        HttpResponse<String> refused = longs.change("POST", NOTES, body.formatted("x".repeat(201)));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("at most 200 characters");
    }

    @Test
    void tokenOfItsOwnScopeNotesAndDoesNothingElse() throws Exception {
        owner("canny");
        String token = fixture.accounts
                .appTokens()
                .create("canny", "can", Set.of(Scope.NOTE), Optional.of(Duration.ofDays(1)));
        assertThat(with(token, "POST", NOTES, WATERED)).isEqualTo(201);
        assertThat(with(token, "GET", NOTES, "")).isEqualTo(403);
        assertThat(with(token, "DELETE", "/api/v1/devices?device=01", "")).isEqualTo(403);
        String reader = fixture.accounts
                .appTokens()
                .create("canny", "reader", Set.of(Scope.READ), Optional.of(Duration.ofDays(1)));
        assertThat(with(reader, "GET", NOTES, "")).isEqualTo(200);
        assertThat(with(reader, "POST", NOTES, WATERED)).isEqualTo(403);
        String manager = fixture.accounts
                .appTokens()
                .create("canny", "manager", Set.of(Scope.MANAGE), Optional.of(Duration.ofDays(1)));
        assertThat(with(manager, "POST", NOTES, WATERED)).isEqualTo(201);
    }

    private static int with(String token, String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(fixture.url() + path))
                                .header("Authorization", "Bearer " + token)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void otherPagesOfTheUserHearOfIt() throws Exception {
        Owner ear = owner("ear");
        Owner other = owner("other");
        try (EventReader hers = EventReader.open(ear.browser, "");
                EventReader others = EventReader.open(other.browser, "")) {
            await().until(() -> !hers.heard("ready").isEmpty());
            await().until(() -> !others.heard("ready").isEmpty());
            ear.change("POST", NOTES, WATERED);
            await().until(() -> hers.heard("device").contains("{\"device\":\"01\"}"));
            assertThat(others.heard("device")).isEmpty();
        }
    }
}
