package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.web.signin.Changes;

class ThresholdApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String THRESHOLDS = "/api/v1/thresholds";
    private static Fixture fixture;

    @BeforeAll
    static void startPage(@TempDir Path folder) throws IOException {
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of());
        for (String user : List.of("rick", "mallory", "ida", "max", "zoe")) {
            fixture.accounts.users().add(user, Fixture.PASSWORD);
            fixture.accounts.devices().add(user, user.equals("mallory") ? "07" : "01");
        }
    }

    @AfterAll
    static void stopPage() {
        fixture.close();
    }

    @Test
    void whatAUserSetsIsTheirsAloneUntilTheyRemoveIt() throws IOException {
        Owner rick = new Owner(fixture, "rick");
        Owner mallory = new Owner(fixture, "mallory");
        String set = "{\"device\":\"*\",\"sensor\":\"soil_moisture\",\"crit_below\":20,\"warn_below\":null,"
                + "\"hysteresis\":1.5}";
        assertThat(rick.change("PUT", THRESHOLDS, set).statusCode()).isEqualTo(200);

        JsonNode list = JSON.readTree(rick.browser.get(THRESHOLDS).body());
        assertThat(list).hasSize(1);
        assertThat(list.get(0))
                .isEqualTo(JSON.readTree("{\"device\":\"*\",\"sensor\":\"soil_moisture\",\"crit_below\":20.0,"
                        + "\"hysteresis\":1.5,\"enabled\":true}"));
        assertThat(mallory.browser.get(THRESHOLDS + "?user=rick").body()).isEqualTo("[]");
        String which = THRESHOLDS + "?device=*&sensor=soil_moisture&user=rick";
        assertThat(mallory.change("DELETE", which, "").statusCode()).isEqualTo(404);
        assertThat(mallory.change("PUT", THRESHOLDS, set.replace("{", "{\"user\":\"rick\","))
                        .statusCode())
                .isEqualTo(400);
        assertThat(mallory.change("PUT", THRESHOLDS, set.replace("*", "01")).body())
                .contains("no board '01' of mallory");
        assertThat(rick.browser.get(THRESHOLDS).body()).contains("20.0");

        assertThat(rick.change("DELETE", which, "").statusCode()).isEqualTo(204);
        assertThat(rick.browser.get(THRESHOLDS).body()).isEqualTo("[]");
    }

    @Test
    void changesNeedTheSessionAndItsToken() {
        String body = "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":1}";
        Browser stranger = new Browser(fixture.url());
        Browser signedIn = new Owner(fixture, "ida").browser;
        assertThat(stranger.get(THRESHOLDS).statusCode()).isEqualTo(401);
        for (String method : List.of("PUT", "DELETE")) {
            assertThat(stranger.change(method, THRESHOLDS, "x", body).statusCode())
                    .isEqualTo(401);
            assertThat(signedIn.change(method, THRESHOLDS, "forged", body).statusCode())
                    .isEqualTo(403);
        }
        assertThat(stranger.change("POST", THRESHOLDS + "/preview", "x", body).statusCode())
                .isEqualTo(401);
        assertThat(signedIn.change("POST", THRESHOLDS + "/preview", "", body).statusCode())
                .isEqualTo(403);
        assertThat(signedIn.get(THRESHOLDS).body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"device\":\"*\"}",
                "{\"device\":\"*\",\"sensor\":\"light\"}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":\"1\"}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":NaN}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":1e999}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":9,\"crit_above\":1}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"crit_below\":[1]}",
                "{\"device\":\"*\",\"sensor\":\"status\",\"silent_after\":5}",
                "{\"device\":\"*\",\"sensor\":\"light\\\") |> drop(\",\"crit_below\":1}",
                "{\"device\":\"01 x\",\"sensor\":\"light\",\"crit_below\":1}",
                "{\"device\":{\"a\":1},\"sensor\":\"light\",\"crit_below\":1}"
            })
    void whatCannotBeAThresholdIsRefusedWithAReason(String body) throws IOException {
        Owner ida = new Owner(fixture, "ida");
        for (String path : List.of(THRESHOLDS, THRESHOLDS + "/preview")) {
            HttpResponse<String> answer = ida.change(path.equals(THRESHOLDS) ? "PUT" : "POST", path, body);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(JSON.readTree(answer.body()).get("detail").asText()).isNotBlank();
        }
        assertThat(ida.browser.get(THRESHOLDS).body()).isEqualTo("[]");
    }

    @Test
    void previewTellsHowOftenItWouldHaveFiredAndSetsNothing() throws IOException {
        long now = Instant.now().getEpochSecond();
        fixture.write(
                "plantbuddy",
                List.of(
                        "air_temp,user=max,device_id=01 reading=20 " + (now - 4000),
                        "air_temp,user=max,device_id=01 reading=31 " + (now - 3000),
                        "air_temp,user=max,device_id=01 reading=29 " + (now - 2000),
                        "air_temp,user=max,device_id=01 reading=20 " + (now - 1000),
                        "air_temp,user=zoe,device_id=01 reading=99 " + (now - 1000)));
        Owner max = new Owner(fixture, "max");
        JsonNode preview = JSON.readTree(max.change(
                        "POST",
                        THRESHOLDS + "/preview",
                        "{\"device\":\"*\",\"sensor\":\"air_temp\",\"crit_above\":30,\"hysteresis\":5}")
                .body());
        assertThat(preview.get("fired").asInt()).isEqualTo(1);
        assertThat(preview.get("boards")).hasSize(1);
        JsonNode board = preview.get("boards").get(0);
        assertThat(board.get("recovered").asInt()).isEqualTo(1);
        assertThat(board.get("now").asText()).isEqualTo("ok");
        assertThat(board.get("first").get(0).get("value").asDouble()).isEqualTo(31);
        assertThat(board.get("first").get(0).get("time").asLong()).isBetween((now - 3000) * 1000, (now - 2989) * 1000);
        assertThat(max.browser.get(THRESHOLDS).body()).isEqualTo("[]");
    }

    @Test
    void previewLooksBackAsFarAsIsAsked() throws IOException {
        long now = Instant.now().getEpochSecond();
        for (int hours : new int[] {1, 60, 160}) {
            fixture.write(
                    "plantbuddy",
                    List.of(
                            "humidity,user=max,device_id=01 reading=20 " + (now - hours * 3600L + 600),
                            "humidity,user=max,device_id=01 reading=40 " + (now - hours * 3600L + 1200)));
        }
        Owner max = new Owner(fixture, "max");
        String body = "{\"device\":\"%s\",\"sensor\":\"humidity\",\"crit_below\":30}";
        for (int[] fired : new int[][] {{1, 1}, {48, 1}, {72, 2}, {168, 3}}) {
            JsonNode preview =
                    JSON.readTree(max.change("POST", THRESHOLDS + "/preview?hours=" + fired[0], body.formatted("01"))
                            .body());
            assertThat(preview.path("fired").asInt())
                    .as(fired[0] + " " + preview)
                    .isEqualTo(fired[1]);
            assertThat(preview.get("hours").asInt()).isEqualTo(fired[0]);
        }
        for (String hours : List.of("0", "169", "-1", "1.5", "x")) {
            assertThat(max.change("POST", THRESHOLDS + "/preview?hours=" + hours, body.formatted("01"))
                            .statusCode())
                    .as(hours)
                    .isEqualTo(400);
        }
        assertThat(max.change("POST", THRESHOLDS + "/preview?hours=49", body.formatted("*"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void programThatChangesWithoutEndIsToldToWait() {
        Owner zoe = new Owner(fixture, "zoe");
        String body = "{\"device\":\"01\",\"sensor\":\"light\",\"crit_below\":";
        for (int change = 0; change < Changes.A_MINUTE; change++) {
            zoe.change("PUT", THRESHOLDS, body + change + "}");
        }
        HttpResponse<String> last = zoe.change("PUT", THRESHOLDS, body + "1000}");
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Retry-After")).hasValue("60");
        assertThat(zoe.browser.get(THRESHOLDS).body()).doesNotContain("1000");
    }
}
