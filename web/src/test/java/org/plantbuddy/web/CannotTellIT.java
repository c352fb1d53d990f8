package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.client.domain.Task;
import com.influxdb.client.domain.TaskStatusType;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.bridge.Bridge;
import org.plantbuddy.config.Key;
import org.plantbuddy.reading.Level;
import org.plantbuddy.testing.MosquittoBroker;

/**
 * Whatever keeps the page from knowing how plants are, it says so and since when, and never that they are fine. A real
 * InfluxDB that runs the check, a real broker with a real bridge, a real browser.
 */
class CannotTellIT {

    private static final String FINE = "Your plant is within its limits.";

    /** A minute on a clock, in whatever language; with its day, when it was yesterday. */
    private static final String TIME = ".{0,20}\\d{1,2}:\\d{2}.*";

    private static Fixture fixture;
    private static MosquittoBroker broker;
    private static Bridge bridge;
    private static Task check;
    private static Chromium chromium;

    private Page page;

    @BeforeAll
    static void startAll(@TempDir Path folder) throws IOException, InterruptedException {
        broker = MosquittoBroker.start(folder, "$web", "$bridge", "reader");
        fixture = Fixture.start(
                folder,
                Clock.systemUTC(),
                Map.of(Key.MQTT_URL, "tcp://127.0.0.1:" + broker.port(), Key.MQTT_TOKEN, "secret"));
        bridge = fixture.bridge(folder);
        check = fixture.check();
        chromium = Chromium.start();
        fixture.userWithHistory("rick", "01");
    }

    @AfterAll
    static void stopAll() {
        chromium.close();
        bridge.close();
        fixture.close();
        broker.close();
    }

    @BeforeEach
    void openWindow() {
        page = chromium.page(new Browser.NewContextOptions());
    }

    @AfterEach
    void closeWindow() {
        page.context().close();
    }

    @Test
    void frozenInfluxdb() throws IOException, InterruptedException {
        signIn("rick");
        says(FINE);
        signal("STOP");
        try {
            says(Pattern.compile("Cannot tell right now: the database of readings has not answered since " + TIME));
        } finally {
            signal("CONT");
        }
        says(FINE);
    }

    @Test
    void brokerAway() throws IOException {
        signIn("rick");
        says(FINE);
        broker.stop();
        try {
            says(Pattern.compile("Cannot tell right now: the broker has not answered since " + TIME
                    + ", no reading can arrive[.;]"));
        } finally {
            broker.startAgain();
        }
        says(FINE);
    }

    @Test
    void bridgeAwayFromTheBroker() throws IOException, InterruptedException {
        signIn("rick");
        says(FINE);
        broker.stop();
        broker.know("$web", "reader");
        broker.startAgain();
        try {
            says(Pattern.compile("Cannot tell right now: new readings have not been stored since " + TIME + "\\."));
        } finally {
            broker.stop();
            broker.know("$web", "$bridge", "reader");
            broker.startAgain();
        }
        says(FINE);
    }

    @Test
    void checkNotRun() {
        signIn("rick");
        says(FINE);
        fixture.set(check, TaskStatusType.INACTIVE);
        try {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                fixture.checkedAt(Instant.now().minusSeconds(600)); // a run that was under way may note another time
                assertThat(verdict().innerText())
                        .containsPattern("Cannot tell right now: readings have not been checked since " + TIME);
            });
        } finally {
            fixture.set(check, TaskStatusType.ACTIVE);
        }
        says(FINE);
    }

    @Test
    void serverGone() {
        Web other = fixture.anotherWeb();
        try {
            Chromium.signIn(page, "http://127.0.0.1:" + other.port(), "rick", Fixture.PASSWORD);
            says(FINE);
        } finally {
            other.close();
        }
        says(Pattern.compile(
                "Cannot tell right now: the server has not answered since " + TIME + ", what you see is from then\\."));
    }

    @Test
    void silentBoard() {
        fixture.userWithHistory("ida", "01");
        fixture.boardWithHistory("ida", "fern", Duration.ofHours(30));
        signIn("ida");
        says("1 of 2 plants is fine.", 1);
        assertThat(page.locator(".plant").first()).containsText("no reading for 30 h");
    }

    @Test
    void allBoardsSilent() {
        fixture.accounts.users().add("leo", Fixture.PASSWORD);
        fixture.boardWithHistory("leo", "fern", Duration.ofHours(60));
        fixture.accounts.devices().add("leo", "new");
        signIn("leo");
        says("Nothing is known of your plants now.");
        assertThat(page.locator(".plant.unknown .say"))
                .hasText(new String[] {"no reading for 2 days", "no reading yet"});
    }

    @Test
    void valuePastItsLimitIsBeingCheckedUntilItsAlertIsThere() {
        fixture.userWithHistory("mia", "01");
        signIn("mia");
        says(FINE);
        reading("mia", 20);
        says("Your plant is being checked.");
        assertThat(page.locator(".plant.unknown")).containsText("20\u00a0%being checked");

        fixture.alert("c1", "mia", "01", Level.CRIT, "soil moisture at 20 for mia", Instant.now());
        says("Your plant needs you.");
        assertThat(page.locator(".plant.crit")).containsText("20\u00a0%needs water · limit 35\u00a0% · since ");
        reading("mia", 55);
        assertThat(page.locator(".plant.crit")).containsText("55\u00a0%being checked", within());
        fixture.alert("c2", "mia", "01", Level.OK, "soil moisture at 55 for mia", Instant.now());
        says(FINE);
    }

    private static void reading(String user, double value) {
        fixture.write(
                "plantbuddy",
                List.of("soil_moisture,user=" + user + ",device_id=01 reading=" + value + " "
                        + Instant.now().plusSeconds(1).getEpochSecond()));
    }

    private void signIn(String user) {
        Chromium.signIn(page, fixture.url(), user, Fixture.PASSWORD);
    }

    private Locator verdict() {
        return page.locator("#verdict .verdict");
    }

    private void says(String text) {
        says(text, text.equals(FINE) ? 1 : 0);
    }

    private void says(String text, int finePlants) {
        assertThat(verdict()).containsText(text, within());
        assertThat(page.locator(".calm")).hasCount(text.equals(FINE) ? 1 : 0);
        assertThat(page.locator(".plant.ok")).hasCount(finePlants);
    }

    private void says(Pattern text) {
        assertThat(verdict()).containsText(text, within());
        assertThat(page.locator(".calm, .plant.ok")).hasCount(0);
    }

    private static LocatorAssertions.ContainsTextOptions within() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(90_000);
    }

    private static void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(fixture.influxd.pid()))
                .start()
                .waitFor();
    }
}
