package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.config.Key;
import org.plantbuddy.reading.Level;
import org.plantbuddy.web.signin.FailedTries;
import org.plantbuddy.web.signin.SignInThrottle;

class WebIT {

    private static Fixture fixture;

    @BeforeAll
    static void startPage(@TempDir Path folder) throws IOException {
        fixture = Fixture.start(folder, Clock.systemUTC(), Map.of(Key.WEB_PROXIES, "1"));
        fixture.userWithHistory("rick", "01");
        fixture.userWithHistory("mallory", "07");
        fixture.alert("r1", "rick", "01", Level.CRIT, "soil moisture at 20 for rick", Instant.now());
        fixture.alert("e1", "mallory", "07", Level.CRIT, "soil moisture at 12 for mallory", Instant.now());
        fixture.refused("rick", "<script>alert(1)</script>", "not a number: '<img src=x onerror=alert(2)>'");
        fixture.refused("mallory", "ERR", "not a number: 'ERR'");
    }

    @AfterAll
    static void stopPage() {
        fixture.close();
    }

    @Test
    void strangersAreSentToTheFormAndGetNoData() throws IOException {
        Browser stranger = new Browser(fixture.url());
        assertThat(stranger.get("/").statusCode()).isEqualTo(302);
        assertThat(stranger.get("/").headers().firstValue("Location"))
                .hasValueSatisfying(at -> assertThat(at).endsWith("/login"));
        for (String path : List.of("me", "overview", "devices", "series", "alerts", "refused", "usage")) {
            HttpResponse<String> refused = stranger.get("/api/v1/" + path);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(json(refused).get("todo").asText()).contains("/login");
        }
    }

    @Test
    void userSeesHowMuchOfTheDayIsUsed() throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        fixture.accounts.dailyReadings().add(today, Map.of("rick", 42L, "mallory", 7L));
        fixture.accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(1_000)));
        JsonNode usage = json(signedIn("rick").get("/api/v1/usage"));
        assertThat(usage.get("readingsToday").asLong()).isEqualTo(42);
        assertThat(usage.get("readingsPerDay").asLong()).isEqualTo(1_000);
        assertThat(json(signedIn("mallory").get("/api/v1/usage"))
                        .get("readingsPerDay")
                        .asLong())
                .isEqualTo(5_000_000);
    }

    @Test
    void signedInUserGetsFortyEightHoursOfEverySensor() throws IOException {
        JsonNode series = json(signedIn("rick").get("/api/v1/series"));
        assertThat(series.get("problem").isNull()).isTrue();
        List<String> sensors = new ArrayList<>();
        for (JsonNode line : series.get("series")) {
            sensors.add(line.get("sensor").asText());
            assertThat(line.get("device").asText()).isEqualTo("01");
            assertThat(line.get("times").size()).isBetween(295, 312);
            assertThat(line.get("values").size()).isEqualTo(line.get("times").size());
            double newest = line.get("times").get(line.get("times").size() - 1).asDouble();
            assertThat(newest).isGreaterThan(Instant.now().getEpochSecond() - 300.0);
        }
        assertThat(sensors).containsExactlyInAnyOrderElementsOf(Fixture.SENSORS);
    }

    @Test
    void overviewTellsValuesAndAlertsAtOnceAndWhatCannotBeTold() throws IOException {
        fixture.accounts.users().add("olga", Fixture.PASSWORD);
        fixture.boardWithHistory("olga", "01");
        Browser olga = signedIn("olga");
        JsonNode overview = json(olga.get("/api/v1/overview"));
        assertThat(overview.get("cannotTell").toString()).isEqualTo("[{\"what\":\"check\",\"since\":null}]");
        assertThat(overview.get("boards").findValuesAsText("state")).containsExactly("unknown");

        fixture.checkedAt(Instant.now());
        fixture.alert("o1", "olga", "01", Level.CRIT, "soil moisture at 20 for olga", Instant.now());
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode now = json(olga.get("/api/v1/overview"));
            assertThat(now.get("cannotTell")).isEmpty();
            assertThat(now.get("newest")).hasSize(5);
            assertThat(now.get("inForce").findValuesAsText("id")).containsExactly("o1");
            assertThat(now.get("boards").findValuesAsText("state")).containsExactly("crit");
        });
    }

    @Test
    void nobodySeesAnothersReadingsAlertsOrRefusals() throws IOException {
        Browser rick = signedIn("rick");
        Browser mallory = signedIn("mallory");
        JsonNode me = json(rick.get("/api/v1/me"));
        assertThat(me.get("user").asText()).isEqualTo("rick");
        assertThat(me.get("mqttHost").isNull()).as("where the page is").isTrue();
        for (String path : List.of("overview", "devices", "series", "alerts", "refused")) {
            assertThat(rick.get("/api/v1/" + path + "?user=mallory").body())
                    .contains("01")
                    .doesNotContain("mallory")
                    .doesNotContain("07\"");
        }
        assertThat(mallory.get("/api/v1/alerts").body()).contains("for mallory").doesNotContain("rick");
        assertThat(mallory.get("/api/v1/refused").body()).contains("ERR").doesNotContain("rick");
    }

    @Test
    void alertIsInForceUntilItsSeriesIsWellAgain() throws IOException {
        fixture.accounts.users().add("ida", Fixture.PASSWORD);
        Instant start = Instant.now().minusSeconds(60);
        fixture.alert("i1", "ida", "01", Level.CRIT, "soil moisture at 20 for ida", start);
        fixture.alert("i2", "ida", "02", Level.CRIT, "soil moisture at 19 for ida", start.plusSeconds(1));
        fixture.alert("i3", "ida", "01", Level.OK, "soil moisture at 48 for ida", start.plusSeconds(2));
        JsonNode alerts = json(signedIn("ida").get("/api/v1/alerts"));
        assertThat(alerts.get("inForce").findValuesAsText("id")).containsExactly("i2");
        assertThat(alerts.get("history").findValuesAsText("id")).containsExactly("i3", "i2", "i1");
    }

    @Test
    void answersForbidScriptsFromElsewhereAndFrames() {
        for (String path : List.of("/login", "/assets/page.js", "/healthz", "/nothing", "/api/v1/me")) {
            HttpResponse<String> answer = new Browser(fixture.url()).get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                            .doesNotContain("unsafe"));
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        }
    }

    @Test
    void payloadsTravelAsJsonThatNoBrowserTakesForHtml() {
        HttpResponse<String> refused = signedIn("rick").get("/api/v1/refused");
        assertThat(refused.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(refused.body()).contains("<script>alert(1)</script>");
    }

    @Test
    void formSentByAnotherSiteIsRefused() {
        Browser victim = new Browser(fixture.url());
        assertThat(victim.postForm("", "mallory", Fixture.PASSWORD).statusCode())
                .isEqualTo(403);
        victim.get("/login");
        assertThat(victim.postForm("forged", "mallory", Fixture.PASSWORD).statusCode())
                .isEqualTo(403);
        assertThat(victim.cookie("plantbuddy_session")).isEmpty();
    }

    @Test
    void signOutNeedsTheSessionsTokenAndEndsTheSession() throws IOException {
        Browser rick = signedIn("rick");
        assertThat(rick.signOut("").statusCode()).isEqualTo(403);
        assertThat(rick.signOut("forged").statusCode()).isEqualTo(403);
        String csrf = json(rick.get("/api/v1/me")).get("csrf").asText();
        String id = rick.cookie("plantbuddy_session").orElseThrow();
        assertThat(rick.signOut(csrf).statusCode()).isEqualTo(204);
        rick.plant("plantbuddy_session", id);
        assertThat(rick.get("/api/v1/me").statusCode()).isEqualTo(401);
    }

    @Test
    void sessionPlantedBeforeSignInIsNotTheOneAfter() {
        Browser attacker = signedIn("mallory");
        String planted = attacker.cookie("plantbuddy_session").orElseThrow();
        for (String id : List.of("chosen-by-someone-else", planted)) {
            Browser victim = new Browser(fixture.url());
            String form = victim.form();
            victim.plant("plantbuddy_session", id);
            assertThat(victim.postForm(form, "rick", Fixture.PASSWORD).statusCode())
                    .isEqualTo(303);
            assertThat(victim.cookie("plantbuddy_session"))
                    .hasValueSatisfying(now -> assertThat(now).isNotEqualTo(id));
            assertThat(victim.get("/api/v1/me").body()).contains("rick");
        }
        assertThat(attacker.get("/api/v1/me").statusCode()).isEqualTo(401);
    }

    @Test
    void sessionCookieIsOutOfReachOfScriptsAndOtherSites() {
        HttpResponse<String> answer = new Browser(fixture.url()).signIn("rick", Fixture.PASSWORD);
        assertThat(answer.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("plantbuddy_session=")
                        .contains("HttpOnly", "SameSite=Lax", "Path=/"));
    }

    @Test
    void pagesShareFormsAndSessions() throws IOException {
        fixture.accounts.users().add("two", Fixture.PASSWORD);
        try (Web another = fixture.anotherWeb()) {
            Browser here = new Browser(fixture.url());
            Browser there = new Browser("http://127.0.0.1:" + another.port());
            String form = here.form();
            there.plant("plantbuddy_form", here.cookie("plantbuddy_form").orElseThrow());
            assertThat(there.postForm(form, "two", Fixture.PASSWORD).statusCode())
                    .isEqualTo(303);

            here.plant("plantbuddy_session", there.cookie("plantbuddy_session").orElseThrow());
            JsonNode me = json(here.get("/api/v1/me"));
            assertThat(me.path("user").asText()).isEqualTo("two");
            assertThat(there.signOut(me.path("csrf").asText()).statusCode()).isEqualTo(204);
            assertThat(here.get("/api/v1/me").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void linkWorksOnceIsNotUsedUpByLookingAndEndsOtherSessions() {
        fixture.accounts.users().add("lara", Fixture.PASSWORD);
        Browser before = new Browser(fixture.url());
        before.signIn("lara", Fixture.PASSWORD);
        String link = fixture.accounts.passwordLinks().reset("lara", Duration.ofHours(1));
        Browser lara = new Browser(fixture.url());
        assertThat(lara.get("/password?link=" + link).body()).contains("lara", link);
        assertThat(lara.get("/password?link=" + link).statusCode()).isEqualTo(200);
        assertThat(lara.choosePassword("forged", link, "battery staple").statusCode())
                .isEqualTo(403);
        HttpResponse<String> tooShort = lara.choosePassword(link, "short");
        assertThat(tooShort.statusCode()).isEqualTo(400);
        assertThat(tooShort.body()).contains("8 to 256 characters").doesNotContain("short\"");

        HttpResponse<String> set = lara.choosePassword(link, "battery staple");
        assertThat(set.statusCode()).isEqualTo(303);
        assertThat(set.headers().firstValue("Location")).hasValue("/");
        assertThat(lara.get("/api/v1/me").statusCode()).isEqualTo(200);
        assertThat(lara.get("/password?link=" + link).statusCode()).isEqualTo(410);
        assertThat(new Browser(fixture.url())
                        .choosePassword(link, "correct donkey")
                        .statusCode())
                .isEqualTo(410);
        assertThat(new Browser(fixture.url()).signIn("lara", "battery staple").statusCode())
                .isEqualTo(303);
        await().atMost(Duration.ofSeconds(10).plusSeconds(5))
                .until(() -> before.get("/api/v1/me").statusCode() == 401);
    }

    @Test
    void whoGuessesLinksIsSlowedAndTheirTextIsNotShown() {
        Browser guesser = new Browser(fixture.url(), "192.0.2.99");
        String form = guesser.form();
        for (int i = 0; i < FailedTries.FREE; i++) {
            HttpResponse<String> wrong = guesser.choosePassword(form, "<b>pb_" + i, "battery staple");
            assertThat(wrong.statusCode()).isEqualTo(410);
            assertThat(wrong.body()).doesNotContain("<b>");
        }
        long start = System.nanoTime();
        assertThat(guesser.get("/password?link=pb_guess").statusCode()).isEqualTo(410);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(200));
    }

    @Test
    void newPasswordEndsTheSessionsOfTheOldOne() {
        fixture.accounts.users().add("max", Fixture.PASSWORD);
        Browser max = signedIn("max");
        assertThat(max.get("/api/v1/me").statusCode()).isEqualTo(200);
        fixture.accounts.users().changePassword("max", "another horse");
        assertThat(max.get("/api/v1/me").statusCode()).isEqualTo(401);
    }

    @Test
    void guessingIsSlowedDownForTheGuesserNotForTheOwner() {
        fixture.accounts.users().add("zoe", Fixture.PASSWORD);
        Browser owner = signedIn("zoe");
        Browser guesser = new Browser(fixture.url());
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < SignInThrottle.FREE + 1; i++) {
            answers.add(guesser.signIn("zoe", "guess number " + i).statusCode());
        }
        assertThat(answers).startsWith(401, 401, 401, 401, 401).endsWith(429);
        // The owner's browser is known from before, so it does not matter who else failed, even from the same address.
        String session = owner.cookie("plantbuddy_session").orElseThrow();
        owner.plant("plantbuddy_session", "gone");
        assertThat(owner.signIn("zoe", Fixture.PASSWORD).statusCode()).isEqualTo(303);
        assertThat(owner.cookie("plantbuddy_session"))
                .hasValueSatisfying(now -> assertThat(now).isNotEqualTo(session));
    }

    @Test
    void triesOfManyNamesFromOneAddressAreSlowedButNotABrowserThatIsKnown(@TempDir Path folder) throws Exception {
        try (Fixture other = Fixture.start(folder, Clock.systemUTC(), Map.of())) {
            other.accounts.users().add("zoe", Fixture.PASSWORD);
            Browser owner = new Browser(other.url());
            assertThat(owner.signIn("zoe", Fixture.PASSWORD).statusCode()).isEqualTo(303);
            ExecutorService guessers = Executors.newFixedThreadPool(12); // none is sent away as too many who wait
            try {
                Queue<Integer> answers = new ConcurrentLinkedQueue<>();
                for (int i = 0; i < 60; i++) {
                    String name = "name" + i;
                    guessers.execute(() -> answers.add(
                            new Browser(other.url()).signIn(name, "a guess").statusCode()));
                }
                await().until(() -> answers.size() >= FailedTries.FREE);
                owner.plant("plantbuddy_session", "gone");
                assertThat(owner.signIn("zoe", Fixture.PASSWORD).statusCode()).isEqualTo(303);
                assertThat(answers).contains(401).hasSizeLessThan(60);
            } finally {
                guessers.shutdownNow();
            }
        }
    }

    @Test
    void rightPasswordGetsInAtOnceWhileFailuresFromItsAddressAreHeldBack() {
        fixture.accounts.users().add("eve", Fixture.PASSWORD);
        for (int i = 0; i < FailedTries.FREE; i++) {
            assertThat(stranger().signIn("name" + i, "a guess").statusCode()).isEqualTo(401);
        }
        Queue<Integer> answers = new ConcurrentLinkedQueue<>();
        ExecutorService guessers = Executors.newFixedThreadPool(10);
        try {
            for (int i = 0; i < 10; i++) {
                String name = "other" + i;
                guessers.execute(() -> answers.add(
                        await().until(() -> stranger().signIn(name, "a guess").statusCode(), status -> status != 429)));
            }
            await().until(() -> answers.size() >= 5); // held for 0.25 s to 4 s; the others are for 8 s and more
            assertThat(stranger().signIn("eve", Fixture.PASSWORD).statusCode()).isEqualTo(303);
            assertThat(answers).containsOnly(401).hasSizeLessThan(10);
        } finally {
            guessers.shutdownNow();
        }
    }

    private static Browser stranger() {
        return new Browser(fixture.url(), "192.0.2.1");
    }

    @Test
    void whatIsTypedIsNotEchoedAsMarkup() {
        HttpResponse<String> answer =
                new Browser(fixture.url()).signIn("\"><script>alert(1)</script>", "some password");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("<script>");
    }

    @Test
    void filesOutsideTheListCannotBeHad() {
        Browser stranger = new Browser(fixture.url());
        for (String path : List.of("..%2fWeb.class", "Web.class", "%2e%2e/Web.class", "")) {
            assertThat(stranger.get("/assets/" + path).statusCode()).isIn(400, 404);
        }
    }

    @Test
    void whoVisitsAnAddressThatIsNotThereGetsAPageAndAProgramGetsJson() throws IOException {
        Browser stranger = new Browser(fixture.url());
        for (String path : List.of("/nothing", "/nothing/%3Cscript%3E", "/assets/nothing.js")) {
            HttpResponse<String> page = stranger.visit(path);
            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(page.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
            assertThat(page.body()).contains("There is no page at this address", "href=\"/\"");
            assertThat(json(stranger.get(path)).get("todo").asText()).isNotEmpty();
        }
        HttpResponse<String> api = stranger.visit("/api/v1/nothing");
        assertThat(api.statusCode()).isEqualTo(404);
        assertThat(api.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(json(api).get("status").asInt()).isEqualTo(404);
        assertThat(json(api).get("title").asText()).isEqualTo("Not Found");
        assertThat(json(api).get("detail").asText()).isNotEmpty();
    }

    @Test
    void healthNamesEachPart() throws IOException {
        JsonNode health = json(new Browser(fixture.url()).get("/healthz"));
        assertThat(health.get("status").asText()).isEqualTo("ok");
        assertThat(health.get("influxdb").asText()).isEqualTo("ok");
    }

    @Test
    void withoutInfluxdbThePageSaysSoAndStillShowsWhatItHas(@TempDir Path folder) throws IOException {
        Map<Key, String> published = Map.of(Key.PUBLIC_HOST, "plants.example", Key.PUBLIC_MQTT_PORT, "41883");
        try (Fixture other = Fixture.start(folder, Clock.systemUTC(), published)) {
            other.userWithHistory("rick", "01");
            Browser rick = new Browser(other.url());
            rick.signIn("rick", Fixture.PASSWORD);
            JsonNode me = json(rick.get("/api/v1/me"));
            assertThat(me.get("mqttHost").asText()).isEqualTo("plants.example");
            assertThat(me.get("mqttPort").asInt()).isEqualTo(41_883);
            assertThat(json(rick.get("/api/v1/series")).get("series")).hasSize(5);
            other.influxd.kill();
            await().until(() -> !json(rick.get("/api/v1/series")).get("problem").isNull());
            JsonNode seen = json(rick.get("/api/v1/series"));
            assertThat(seen.get("series")).hasSize(5);
            assertThat(seen.get("asOf").asLong()).isPositive();
            assertThat(rick.get("/api/v1/alerts").statusCode()).isEqualTo(200);
            assertThat(json(rick.get("/healthz")).get("status").asText()).isEqualTo("degraded");
        }
    }

    private static Browser signedIn(String user) {
        Browser browser = new Browser(fixture.url());
        assertThat(browser.signIn(user, Fixture.PASSWORD).statusCode()).isEqualTo(303);
        return browser;
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }
}
