package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.MqttConnection;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.reading.Level;
import org.plantbuddy.testing.MosquittoBroker;
import org.plantbuddy.topic.Topics;

/** The page hears what happens: nothing here is stored, so what it shows came by an event. */
class LivePageIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static MosquittoBroker broker;
    private static Fixture fixture;
    private static Chromium chromium;
    private static MqttConnection boards;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private Page page;
    private String user = "";

    @BeforeAll
    static void startAll() throws IOException, InterruptedException {
        broker = MosquittoBroker.start(folder, "$web", "$bridge", "reader");
        fixture =
                Fixture.start(folder, Clock.systemUTC(), Map.of(Key.MQTT_URL, broker.url(), Key.MQTT_TOKEN, "secret"));
        fixture.check();
        chromium = Chromium.start();
        boards = MqttConnection.start(
                new MqttOptions(broker.url(), "boards", "reader", new Secret("secret")), delivery -> {});
        assertThat(boards.isConnectedWithin(LONG)).isTrue();
    }

    @AfterAll
    static void stopAll() {
        chromium.close();
        boards.close();
        fixture.close();
        broker.close();
    }

    @BeforeEach
    void openWindow() {
        page = chromium.page(new Browser.NewContextOptions());
        page.onRequest(request -> asked.add(asked(request)));
    }

    private static String asked(Request request) {
        return request.url().replaceAll("^.*/api/v1/", "");
    }

    @AfterEach
    void closeWindow() {
        page.context().close();
        awaitOpenPages(0);
    }

    /** A connection is found to be gone when it is written to. */
    private void awaitOpenPages(int count) {
        await().atMost(LONG).until(() -> {
            publish("plantbuddy/" + user + "/01/soil_moisture", "61");
            return fixture.web.openPages() == count;
        });
    }

    @Test
    void readingShowsByItsEventWithoutBeingAskedFor() {
        fixture.userWithHistory("rick", "01");
        signIn("rick");
        awaitNewest("71.25");
        publish("plantbuddy/rick/01/soil_moisture", "12,5");
        publish("plantbuddy/anna/01/soil_moisture", "99.5");
        awaitNewest("72.5");
        assertThat(page.locator("body")).not().containsText("99.5");
    }

    @Test
    void readingPastALimitIsNotFineBeforeItIsJudged() {
        fixture.userWithHistory("dry", "01");
        signIn("dry");
        awaitNewest("20.5");
        assertThat(page.locator("#verdict"))
                .containsText("being checked", new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
    }

    @Test
    void pageOnWhichNothingHappensAsksForNothing() {
        fixture.userWithHistory("idle", "01");
        signIn("idle");
        page.waitForTimeout(12_000); // it asks once more when it has begun to hear
        AtomicLong bytes = new AtomicLong();
        CDPSession network = page.context().newCDPSession(page);
        network.send("Network.enable");
        network.on(
                "Network.dataReceived",
                data -> bytes.addAndGet(Math.max(
                        data.get("dataLength").getAsLong(),
                        data.get("encodedDataLength").getAsLong())));
        asked.clear();
        page.waitForTimeout(30_000);
        assertThat(asked).isEmpty();
        assertThat(bytes.get()).as("half of what a minute may cost").isBetween(1L, 1_000L);
        assertThat(fixture.web.openPages()).isPositive();
    }

    @Test
    void plantsPageShowsReadingsAndAlertsByTheirEventsAndElseAsksForNothing() {
        fixture.userWithHistory("plant", "01");
        signIn("plant");
        Locator facts = page.locator(".chart[data-sensor=soil_moisture] .facts");
        for (String range : List.of("24h", "30d")) {
            visitPlant("01?range=" + range);
            await().atMost(LONG).until(() -> {
                publish("plantbuddy/plant/02/soil_moisture", "199.5");
                publish("plantbuddy/plant/01/soil_moisture", "171.25");
                page.waitForTimeout(200);
                return facts.innerText().contains("171.25");
            });
            assertThat(page.locator("body")).not().containsText("199.5");
        }
        page.waitForTimeout(12_000); // it asks once more when it has begun to hear
        asked.clear();
        page.waitForTimeout(30_000);
        assertThat(asked).isEmpty();

        fixture.alert("p1", "plant", "01", Level.CRIT, "soil moisture at 20 for plant", Instant.now());
        publish("plantbuddy/plant/alerts/01/soil_moisture", "{\"level\":\"crit\"}");
        assertThat(page.locator("#alerts li .what")).hasText("Board 01: needs water");
    }

    private void visitPlant(String address) {
        page.navigate(fixture.url() + "/plants/" + address);
        assertThat(page.locator("#charts canvas")).hasCount(5);
    }

    @Test
    void hiddenPageHearsNothingAndOneThatIsLookedAtAgainDoes() {
        fixture.userWithHistory("hid", "01");
        signIn("hid");
        page.evaluate("() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
                + " document.dispatchEvent(new Event('visibilitychange')); }");
        awaitOpenPages(0);
        page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }");
        awaitNewest("62.5");
    }

    @Test
    void pageOfASessionThatHasEndedLeadsToSigningIn() {
        fixture.userWithHistory("gone", "01");
        signIn("gone");
        fixture.accounts.users().changePassword("gone", "another good one");
        page.waitForURL("**/login", new Page.WaitForURLOptions().setTimeout(45_000));
    }

    private void signIn(String name) {
        user = name;
        Chromium.signIn(page, fixture.url(), user, Fixture.PASSWORD);
        assertThat(page.locator(".chart canvas")).hasCount(5);
        await().atMost(LONG).until(() -> fixture.web.openPages() == 1);
    }

    /** It is sent again and again, as nobody knows when the page has begun to hear. */
    private void awaitNewest(String reading) {
        Locator newest = page.locator(".chart[data-sensor=soil_moisture] .legend tbody td")
                .first();
        await().atMost(LONG).until(() -> {
            publish("plantbuddy/" + user + "/01/soil_moisture", reading);
            page.waitForTimeout(200);
            return newest.innerText().equals(reading);
        });
    }

    private static void publish(String topic, String payload) {
        String stamp = System.currentTimeMillis() + "000000";
        assertThat(boards.publish(
                                topic,
                                payload.getBytes(StandardCharsets.UTF_8),
                                false,
                                Map.of(Topics.RECEIVED_AT, stamp))
                        .join()
                        .isAcknowledged())
                .isTrue();
    }
}
