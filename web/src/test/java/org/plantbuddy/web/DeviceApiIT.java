package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.AuditEntry;
import org.plantbuddy.accounts.Description;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.web.signin.Changes;

class DeviceApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEVICES = "/api/v1/devices";
    private static Fixture fixture;
    private static int toms;

    @BeforeAll
    static void startPage(@TempDir Path folder) throws IOException {
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of());
        for (String user : List.of("rick", "mallory", "ida", "max", "zoe", "tim")) {
            fixture.accounts.users().add(user, Fixture.PASSWORD);
        }
    }

    @AfterAll
    static void stopPage() {
        fixture.close();
    }

    @Test
    void signInsAndChangesAreInTheAudit() {
        fixture.accounts.users().add("nora", Fixture.PASSWORD);
        Instant start = Instant.now();
        new Browser(fixture.url()).signIn("nora", "wrong password");
        new Browser(fixture.url()).signIn("my own password", "whatever");
        Owner nora = new Owner(fixture, "nora");
        nora.change("POST", DEVICES, "{\"device\":\"audited\"}");
        nora.change("DELETE", DEVICES + "?device=audited", "");

        List<AuditEntry> entries = fixture.accounts.audit().newest(Optional.of("nora"), start, 100).stream()
                .filter(entry -> !entry.actor().equals(Actor.operator())) // who has just added nora
                .toList();
        assertThat(entries)
                .extracting(entry -> entry.actor().name() + ":" + entry.action().text() + ":" + entry.subject())
                .containsExactly(
                        ":sign-in-failed:", "nora:sign-in:", "nora:device-add:audited", "nora:device-revoke:audited");
        assertThat(entries).allMatch(entry -> entry.actor().address().equals("127.0.0.1"));
        assertThat(fixture.accounts.audit().newest(Optional.empty(), start, 100).toString())
                .doesNotContain("own password", "wrong password");
    }

    @Test
    void boardIsAddedItsPasswordToldOnceAndTakenAway() throws IOException {
        Owner rick = new Owner(fixture, "rick");
        HttpResponse<String> answer = rick.change("POST", DEVICES, "{\"device\":\"01\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        JsonNode added = JSON.readTree(answer.body());
        assertThat(added.get("username").asText()).isEqualTo("rick/01");
        String password = added.get("password").asText();
        assertThat(devices().authenticate("rick", "01", password)).isTrue();

        Instant since = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
        fixture.online("rick", "01", since);
        await().untilAsserted(
                        () -> assertThat(JSON.readTree(rick.browser.get(DEVICES).body()))
                                .isEqualTo(JSON.readTree(
                                        "[{\"device\":\"01\",\"name\":null,\"place\":null,\"archived\":false,\"username\":\"rick/01\",\"active\":true,\"status\":\"online\","
                                                + "\"since\":" + since.toEpochMilli() + ",\"lastKnown\":"
                                                + since.toEpochMilli() + ",\"denied\":[]}]")));

        HttpResponse<String> twice = rick.change("POST", DEVICES, "{\"device\":\"01\"}");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).contains("'01' has a password already").doesNotContain(password);

        assertThat(rick.change("DELETE", DEVICES + "?device=01", "").statusCode())
                .isEqualTo(204);
        assertThat(devices().authenticate("rick", "01", password)).isFalse();
        assertThat(JSON.readTree(rick.browser.get(DEVICES).body()))
                .isEqualTo(JSON.readTree(
                        "[{\"device\":\"01\",\"name\":null,\"place\":null,\"archived\":false,\"username\":\"rick/01\",\"active\":false,\"status\":null,"
                                + "\"since\":null,\"lastKnown\":null,\"denied\":[]}]"));
        assertThat(rick.change("DELETE", DEVICES + "?device=01", "").statusCode())
                .isEqualTo(404);
        assertThat(rick.change("POST", DEVICES, "{\"device\":\"01\"}").statusCode())
                .isEqualTo(201);
        assertThat(devices().authenticate("rick", "01", password)).isFalse();
    }

    @Test
    void boardIsNamedPlacedAndArchivedAndKeepsItsAddress() throws IOException {
        fixture.accounts.users().add("lea", Fixture.PASSWORD);
        Owner lea = new Owner(fixture, "lea");
        String name = "<b>Größe</b> \u9f9c\u80cc\u7af9";
        HttpResponse<String> added = lea.change(
                "POST", DEVICES, JSON.writeValueAsString(Map.of("device", "01", "name", name, "place", "Kitchen")));
        assertThat(added.statusCode()).isEqualTo(201);
        assertThat(board(lea).get("name").asText()).isEqualTo(name);
        assertThat(board(lea).get("username").asText()).isEqualTo("lea/01");

        assertThat(lea.change("PATCH", DEVICES, "{\"device\":\"01\",\"place\":null}")
                        .body())
                .isEqualTo(JSON.writeValueAsString(JSON.createObjectNode()
                        .put("device", "01")
                        .put("name", name)
                        .putNull("place")
                        .put("archived", false)));
        assertThat(lea.change("PATCH", DEVICES, "{\"device\":\"01\",\"name\":\"Fern\",\"archived\":true}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(board(lea).get("name").asText()).isEqualTo(name);

        lea.change("DELETE", DEVICES + "?device=01", "");
        assertThat(lea.change("PATCH", DEVICES, "{\"device\":\"01\",\"archived\":true}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(board(lea).get("archived").asBoolean()).isTrue();
        assertThat(lea.change("POST", DEVICES, "{\"device\":\"01\"}").statusCode())
                .isEqualTo(201);
        assertThat(board(lea).get("archived").asBoolean()).isFalse();
        assertThat(board(lea).get("name").asText()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"device\":\"01\",\"name\":1}",
                "{\"device\":\"01\",\"name\":\"a\\u202Eb\"}",
                "{\"device\":\"01\",\"place\":\"a\\nb\"}",
                "{\"device\":\"01\",\"archived\":\"yes\"}",
                "{\"device\":\"01\",\"photo\":\"x\"}",
                "{\"name\":\"Fern\"}"
            })
    void wordsThatCannotBeABoardsChangeNothing(String body) throws IOException {
        String user = "una" + ++toms;
        fixture.accounts.users().add(user, Fixture.PASSWORD);
        devices().add(user, "01");
        Owner una = new Owner(fixture, user);
        HttpResponse<String> answer = una.change("PATCH", DEVICES, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(devices().list(user))
                .containsExactly(new Device(user, "01", Description.NONE, true, Optional.empty()));
    }

    @Test
    void nobodyNamesAnothersBoard() {
        devices().add("ida", "ivy");
        Owner mallory = new Owner(fixture, "mallory");
        assertThat(mallory.change("PATCH", DEVICES, "{\"device\":\"ivy\",\"name\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(mallory.browser
                        .change("PATCH", DEVICES, "x", "{\"device\":\"ivy\",\"name\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(devices().list("ida"))
                .allMatch(device -> device.description().equals(Description.NONE));
    }

    private static JsonNode board(Owner owner) throws IOException {
        return JSON.readTree(owner.browser.get(DEVICES).body()).get(0);
    }

    @Test
    void nobodySeesMakesOrTakesAnothersBoards() {
        String password = devices().add("ida", "fern").password();
        fixture.online("ida", "fern", Instant.now());
        Owner mallory = new Owner(fixture, "mallory");

        assertThat(mallory.browser.get(DEVICES + "?user=ida").body()).isEqualTo("[]");
        for (String path : List.of("?device=fern", "?device=fern&user=ida", "?device=ida/fern", "/ida/fern")) {
            assertThat(mallory.change("DELETE", DEVICES + path, "").statusCode())
                    .as(path)
                    .isIn(400, 404);
        }
        for (String body : List.of(
                "{\"device\":\"evil\",\"user\":\"ida\"}", "{\"device\":\"ida/evil\"}", "{\"username\":\"ida/evil\"}")) {
            assertThat(mallory.change("POST", DEVICES, body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(devices().authenticate("ida", "fern", password)).isTrue();
        assertThat(devices().list("ida"))
                .extracting(Device::name)
                .contains("fern")
                .doesNotContain("evil");
        assertThat(devices().list("mallory")).isEmpty();
    }

    @Test
    void changesNeedTheSessionAndItsToken() {
        String password = devices().add("max", "01").password();
        Browser stranger = new Browser(fixture.url());
        Browser signedIn = new Owner(fixture, "max").browser;
        assertThat(stranger.get(DEVICES).statusCode()).isEqualTo(401);
        for (String forged : List.of("", "x")) {
            assertThat(stranger.change("POST", DEVICES, forged, "{\"device\":\"02\"}")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(signedIn.change("POST", DEVICES, forged, "{\"device\":\"02\"}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(stranger.change("DELETE", DEVICES + "?device=01", forged, "")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(signedIn.change("DELETE", DEVICES + "?device=01", forged, "")
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(signedIn.postFrom("https://evil.example", DEVICES, "{\"device\":\"02\"}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(devices().authenticate("max", "01", password)).isTrue();
        assertThat(devices().list("max")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01",
                "[]",
                "{}",
                "{\"device\":1}",
                "{\"device\":null}",
                "{\"device\":[\"01\"]}",
                "{\"device\":\"\"}",
                "{\"device\":\"alerts\"}",
                "{\"device\":\"rejected\"}",
                "{\"device\":\"Fern\"}",
                "{\"device\":\"a/b\"}",
                "{\"device\":\"+\"}",
                "{\"device\":\"#\"}",
                "{\"device\":\"01\\u0000\"}",
                "{\"device\":\"01\\n\"}",
                "{\"device\":\"' OR 1=1 --\"}",
                "{\"device\":\"<img src=x>\"}",
                "{\"device\":\"abcdefghijabcdefghijabcdefghijabc\"}"
            })
    void nameThatCannotBeABoardsIsRefusedWithTheRule(String body) throws IOException {
        String user = "tom" + ++toms; // each with changes of their own
        fixture.accounts.users().add(user, Fixture.PASSWORD);
        Owner tom = new Owner(fixture, user);
        HttpResponse<String> answer = tom.change("POST", DEVICES, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode told = JSON.readTree(answer.body());
        assertThat(told.get("detail").asText()).containsAnyOf("; try ", "must be a text", "is not a JSON object");
        assertThat(told.get("todo").asText()).isNotBlank();
        JsonNode device = body.startsWith("{") ? JSON.readTree(body).path("device") : JSON.nullNode();
        if (device.isTextual()) {
            String query = "?device=" + URLEncoder.encode(device.asText(), StandardCharsets.UTF_8);
            assertThat(tom.change("DELETE", DEVICES + query, "").statusCode()).isEqualTo(400);
        }
        assertThat(devices().list(user)).isEmpty();
    }

    @Test
    void programThatAddsWithoutEndIsToldToWaitAndTheNumberOfBoardsHasAnEnd() {
        for (int board = 0; board < Devices.MOST_BY_USER; board++) {
            devices().add("zoe", "b" + board);
        }
        devices().revoke("zoe", "b7");
        fixture.accounts.limits().set("tim", Map.of(Limit.BOARDS, OptionalLong.of(1)));
        Owner tim = new Owner(fixture, "tim");
        assertThat(tim.change("POST", DEVICES, "{\"device\":\"01\"}").statusCode())
                .isEqualTo(201);
        assertThat(tim.change("POST", DEVICES, "{\"device\":\"02\"}").body())
                .contains("'02' is one too many", "at most 1");
        Owner zoe = new Owner(fixture, "zoe");

        HttpResponse<String> over = zoe.change("POST", DEVICES, "{\"device\":\"more\"}");
        assertThat(over.statusCode()).isEqualTo(409);
        assertThat(over.body()).contains("'more' is one too many", "at most " + Devices.MOST_BY_USER);
        assertThat(zoe.change("POST", DEVICES, "{\"device\":\"b7\"}").statusCode())
                .isEqualTo(201);

        for (int change = 2; change < Changes.A_MINUTE; change++) {
            zoe.change("POST", DEVICES, "{\"device\":\"more\"}");
        }
        HttpResponse<String> last = zoe.change("DELETE", DEVICES + "?device=b1", "");
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).hasValue("60");
        assertThat(devices().list("zoe")).hasSize(Devices.MOST_BY_USER).allMatch(Device::active);
    }

    @Test
    void boardsAddedAtOnceAreNoMoreThanAUserMayHave() throws Exception {
        fixture.accounts.users().add("ann", Fixture.PASSWORD);
        for (int board = 0; board < Devices.MOST_BY_USER - 5; board++) {
            devices().add("ann", "b" + board);
        }
        Owner ann = new Owner(fixture, "ann");
        ExecutorService threads = Executors.newFixedThreadPool(10);
        try {
            List<Callable<Integer>> adds = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String body = "{\"device\":\"more" + i + "\"}";
                adds.add(() -> ann.change("POST", DEVICES, body).statusCode());
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> answer : threads.invokeAll(adds)) {
                answers.add(answer.get());
            }
            assertThat(answers)
                    .containsOnly(201, 409)
                    .filteredOn(status -> status == 201)
                    .hasSize(5);
        } finally {
            threads.shutdownNow();
        }
        assertThat(devices().list("ann")).hasSize(Devices.MOST_BY_USER);
    }

    private static Devices devices() {
        return fixture.accounts.devices();
    }
}
