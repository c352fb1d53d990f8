package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.topic.SeriesName;

class MuteApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MUTES = "/api/v1/mutes";
    private static Fixture fixture;

    @BeforeAll
    static void startPage(@TempDir Path folder) throws IOException {
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of());
        for (String user : List.of("rick", "mallory", "ida", "max", "zoe")) {
            fixture.accounts.users().add(user, Fixture.PASSWORD);
            String device = user.equals("mallory") ? "07" : "01";
            fixture.accounts.devices().add(user, device);
            fixture.accounts.sensors().admit(new SeriesName(user, device, "light"));
        }
    }

    @AfterAll
    static void stopPage() {
        fixture.close();
    }

    private static String mute(String device, String sensor, String length) {
        return "{\"device\":\"" + device + "\",\"sensor\":\"" + sensor + "\",\"for\":\"" + length + "\"}";
    }

    @ParameterizedTest
    @CsvSource({"1h,1", "8h,8", "24h,24"})
    void muteEndsAfterTheHoursAskedFor(String length, int hours) throws IOException {
        Owner rick = new Owner(fixture, "rick");
        Instant before = Instant.now().minusMillis(1);
        assertThat(rick.change("PUT", MUTES, mute("01", "light", length)).statusCode())
                .isEqualTo(200);
        JsonNode list = JSON.readTree(rick.browser.get(MUTES).body());
        assertThat(list).hasSize(1);
        assertThat(list.get(0).get("sensor").asText()).isEqualTo("light");
        assertThat(Instant.ofEpochMilli(list.get(0).get("until").asLong()))
                .isBetween(before.plus(Duration.ofHours(hours)), Instant.now().plus(Duration.ofHours(hours)));
    }

    @Test
    void nobodySeesMutesOrUnmutesAnothers() throws IOException {
        Owner ida = new Owner(fixture, "ida");
        Owner mallory = new Owner(fixture, "mallory");
        assertThat(ida.change("PUT", MUTES, mute("01", "*", "forever")).statusCode())
                .isEqualTo(200);

        assertThat(mallory.browser.get(MUTES + "?user=ida").body()).isEqualTo("[]");
        assertThat(mallory.change("DELETE", MUTES + "?device=01&sensor=*&user=ida", "")
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> foreign = mallory.change("PUT", MUTES, mute("01", "*", "1h"));
        assertThat(foreign.statusCode()).isEqualTo(400);
        assertThat(foreign.body()).contains("board '01' of mallory is not known");
        assertThat(mallory.change("PUT", MUTES, mute("01", "*", "1h").replace("{", "{\"user\":\"ida\","))
                        .statusCode())
                .isEqualTo(400);
        assertThat(JSON.readTree(ida.browser.get(MUTES).body()))
                .isEqualTo(JSON.readTree("[{\"device\":\"01\",\"sensor\":\"*\",\"until\":null}]"));

        assertThat(ida.change("DELETE", MUTES + "?device=01&sensor=*", "").statusCode())
                .isEqualTo(204);
        assertThat(ida.browser.get(MUTES).body()).isEqualTo("[]");
    }

    @Test
    void changesNeedTheSessionAndItsToken() {
        Browser stranger = new Browser(fixture.url());
        Browser signedIn = new Owner(fixture, "max").browser;
        String body = mute("01", "light", "1h");
        String which = MUTES + "?device=01&sensor=light";
        assertThat(stranger.get(MUTES).statusCode()).isEqualTo(401);
        for (String forged : List.of("", "x")) {
            assertThat(stranger.change("PUT", MUTES, forged, body).statusCode()).isEqualTo(401);
            assertThat(signedIn.change("PUT", MUTES, forged, body).statusCode()).isEqualTo(403);
            assertThat(stranger.change("DELETE", which, forged, "").statusCode())
                    .isEqualTo(401);
            assertThat(signedIn.change("DELETE", which, forged, "").statusCode())
                    .isEqualTo(403);
        }
        assertThat(signedIn.get(MUTES).body()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"device\":\"01\",\"sensor\":\"light\"}",
                "{\"device\":\"01\",\"sensor\":\"light\",\"for\":\"2h\"}",
                "{\"device\":\"01\",\"sensor\":\"light\",\"for\":1}",
                "{\"device\":\"*\",\"sensor\":\"light\",\"for\":\"1h\"}",
                "{\"device\":\"01\",\"sensor\":\"Light\",\"for\":\"1h\"}",
                "{\"device\":\"01\",\"sensor\":\"never_sent\",\"for\":\"1h\"}",
                "{\"device\":\"09\",\"sensor\":\"*\",\"for\":\"1h\"}"
            })
    void whatCannotBeMutedIsRefusedWithAReason(String body) throws IOException {
        Owner zoe = new Owner(fixture, "zoe");
        HttpResponse<String> answer = zoe.change("PUT", MUTES, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("detail").asText()).isNotBlank();
        assertThat(zoe.browser.get(MUTES).body()).isEqualTo("[]");
    }
}
