package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.testing.Tried;

/**
 * Whatever someone who is signed in sends to the real page, it answers with what it did or with a problem: never with a
 * failure of its own. InfluxDB is away, so what would change a threshold is told to come again.
 *
 * <p>An input's first byte is a digit, which says where it goes; the rest is the body, or board and sensor of a query.
 */
class ApiFuzz {

    private static final Tried TRIED = new Tried("web API");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(3);
    private static final int SESSION_LASTS = 20_000;
    private static final List<String> BODIES = List.of(
            "POST /api/v1/devices",
            "PATCH /api/v1/devices",
            "PUT /api/v1/mutes",
            "POST /api/v1/notes",
            "PUT /api/v1/thresholds",
            "POST /api/v1/thresholds/preview",
            "POST /write",
            "POST /login");
    private static final List<String> QUERIES =
            List.of("DELETE /api/v1/devices", "DELETE /api/v1/mutes", "DELETE /api/v1/thresholds", "GET /assets/");

    @TempDir
    static Path folder;

    private static final MovableClock CLOCK = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private static Accounts accounts;
    private static Web web;
    private static Owner owner;
    private static int sent;

    @BeforeAll
    static void start() {
        accounts = Accounts.openFile(folder.resolve("accounts.db"), CLOCK);
        accounts.users().add("rick", Fixture.PASSWORD);
        accounts.devices().add("rick", "01");
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT, "0",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "nobody-is-there"));
        web = Web.start(config, accounts, Metrics.ofProcess(), CLOCK);
        owner = signIn();
    }

    private static Owner signIn() {
        return new Owner("http://127.0.0.1:" + web.port(), "rick");
    }

    @FuzzTest
    void answersWithWhatItDidOrAProblem(byte[] input) throws IOException {
        TRIED.one();
        if (++sent % SESSION_LASTS == 0) {
            owner = signIn();
        }
        CLOCK.move(BETWEEN_CHANGES);
        byte[] rest = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        int where = input.length == 0 ? 0 : Math.floorMod(input[0] - '0', BODIES.size() + QUERIES.size());
        HttpResponse<String> answer = where < BODIES.size()
                ? send(BODIES.get(where), "", rest)
                : send(QUERIES.get(where - BODIES.size()), query(where, rest), new byte[0]);
        check(answer);
    }

    private static HttpResponse<String> send(String where, String query, byte[] body) {
        String[] methodAndPath = where.split(" ", 2);
        try {
            return owner.change(methodAndPath[0], methodAndPath[1] + query, body);
        } catch (UncheckedIOException e) { // the page closed a connection that was idle for long
            return owner.change(methodAndPath[0], methodAndPath[1] + query, body);
        }
    }

    private static String query(int where, byte[] rest) {
        String[] names = new String(rest, StandardCharsets.UTF_8).split("\n", 2);
        String first = URLEncoder.encode(names[0], StandardCharsets.UTF_8);
        if (QUERIES.get(where - BODIES.size()).endsWith("/")) {
            return first;
        }
        String second = names.length > 1 ? "&sensor=" + URLEncoder.encode(names[1], StandardCharsets.UTF_8) : "";
        return "?device=" + first + second;
    }

    private static void check(HttpResponse<String> answer) throws JsonProcessingException {
        int status = answer.statusCode();
        assertThat(status == 503 || status < 500)
                .as(status + " " + answer.body())
                .isTrue();
        boolean json = answer.headers().firstValue("Content-Type").orElse("").contains("json");
        if (status >= 400 && json) {
            JsonNode problem = JSON.readTree(answer.body());
            assertThat(problem.path("error").asText(problem.path("detail").asText()))
                    .isNotBlank();
            assertThat(problem.path("todo").asText()).isNotBlank();
        }
        assertThat(answer.body()).doesNotContain("Exception", "\tat ");
    }

    @AfterAll
    static void stop() {
        web.close();
        accounts.close();
        TRIED.tell();
    }
}
