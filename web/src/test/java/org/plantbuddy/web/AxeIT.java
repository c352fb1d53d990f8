package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.Mute;
import org.plantbuddy.reading.Level;

/** axe-core, with all of its rules for WCAG 2.2 A and AA and its best practices, in each state that the page can be in. */
class AxeIT extends InBrowser {

    private static final String AXE = script();

    private static String script() {
        try (InputStream in = AxeIT.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertWell(String state) {
        page.evaluate(AXE);
        List<?> violations = (List<?>) page.evaluate(
                "async () => (await axe.run(document)).violations.map(one => one.id + ' ' + one.nodes.map(node"
                        + " => node.html))");
        assertThat(violations).as(state).isEmpty();
    }

    /** The ways in which people see a page. */
    private static List<Browser.NewContextOptions> looks() {
        return List.of(
                new Browser.NewContextOptions().setViewportSize(1280, 720),
                new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK),
                new Browser.NewContextOptions().setForcedColors(ForcedColors.ACTIVE),
                new Browser.NewContextOptions().setViewportSize(390, 844),
                new Browser.NewContextOptions().setViewportSize(320, 568));
    }

    @Test
    void nothingIsFoundAtTheSignIn() {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            reopen(new Browser.NewContextOptions().setColorScheme(scheme));
            page.navigate(fixture.url() + "/login");
            assertWell("sign-in " + scheme);
            page.getByLabel("User name").fill("nobody");
            page.getByLabel("Password").fill("wrong");
            page.keyboard().press("Enter");
            assertThat(page.locator(".message")).containsText("is wrong");
            complaints.clear(); // the browser's own line about the 401
            assertWell("wrong password " + scheme);
            user("lost" + scheme.name().toLowerCase(Locale.ROOT));
            page.navigate(fixture.url() + "/password?link="
                    + fixture.accounts
                            .passwordLinks()
                            .reset("lost" + scheme.name().toLowerCase(Locale.ROOT), Duration.ofHours(1)));
            assertWell("link " + scheme);
        }
    }

    @Test
    void nothingIsFoundFromTheFirstVisitToTheFirstReading() {
        user("axel");
        signIn(page, "axel");
        assertWell("no board");
        page.getByText("Add a plant").click();
        assertWell("adding");
        page.getByLabel("Its address").fill("No Name!");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog .wrong")).isVisible();
        complaints.clear(); // the browser's own line about the 400
        assertWell("board refused");
        page.getByLabel("Its address").fill("01");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog .qr")).isVisible();
        assertWell("board added");
        page.getByText("Done, I saved it").click();
        reading("axel", "01", "soil_moisture", 20);
        assertThat(page.locator("canvas")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(25_000));
        assertWell("first reading");
        page.onceDialog(dialog -> dialog.accept());
        page.getByLabel("Disconnect Board 01").click();
        assertThat(page.locator("#device-list li")).containsText("disconnected");
        page.getByLabel("Rename Board 01").click();
        assertWell("renaming");
        page.keyboard().press("Escape");
        page.getByLabel("Archive Board 01").click();
        page.locator("#device-list summary").click();
        assertThat(page.getByLabel("Put Board 01 back on the list")).isVisible();
        assertWell("board archived");
    }

    @Test
    void nothingIsFoundOnAFullPageInAnyLookOrSize() {
        user("full", "01", "02");
        fixture.boardWithHistory("full", "03");
        for (String sensor : Fixture.SENSORS) {
            threshold("full", "01", sensor, "crit_below=5.25,warn_above=90.0,hysteresis=1.0");
            reading("full", "01", sensor, 50);
            alert("full", sensor, Level.CRIT, 4, "5.25", sensor + " at 4 for full", Instant.now());
        }
        alert("full", "status", Level.CRIT, 81, "60", "board 01 silent for 81 s", Instant.now());
        KeyboardIT.fillLists("full");
        fixture.online("full", "01", Instant.now());
        fixture.offline("full", "02", Instant.now());
        fixture.denied("full", "01", "publish", "one level too deep", 12);
        fixture.denied("full", "01", "wrong-depth", "one level too deep: publish on …/<sensor>", 12);
        fixture.denied("full", "", "wrong-credentials", "a wrong password for 'full' from 10.0.0.7", 1);
        fixture.accounts
                .mutes()
                .set(new Mute("full", "01", "light", Optional.of(Instant.now().plus(Duration.ofHours(8)))));
        for (Browser.NewContextOptions look : looks()) {
            reopen(look);
            signIn(page, "full");
            assertThat(page.locator(".plant.crit")).hasCount(1);
            assertThat(page.locator(".plant")).hasCount(3);
            assertThat(page.locator("#mute-list li")).hasCount(1);
            page.getByLabel("Board 01 was watered").press("Enter");
            assertThat(page.locator("#note-message button")).isVisible();
            assertWell("full");
        }
        page.locator("#threshold-form").getByLabel("Warn above").fill("wet");
        page.locator("#threshold-form button").click();
        page.getByLabel("Snooze Board 01").click();
        assertThat(page.locator("dialog")).isVisible();
        assertWell("how long to snooze");
        page.keyboard().press("Escape");
        page.locator("#mute-form button").click();
        assertThat(page.locator("#mute-message")).containsText("Snoozed");
        assertWell("a wrong limit, a mute");
    }

    @Test
    void nothingIsFoundOnAPlantsPage() {
        fixture.userWithHistory("plant", "01");
        threshold("plant", "01", "light", "crit_below=5.25");
        alert("plant", "light", Level.CRIT, 4, "5.25", "light at 4 for plant", Instant.now());
        for (Browser.NewContextOptions look : looks()) {
            reopen(look);
            signIn(page, "plant");
            page.navigate(fixture.url() + "/plants/01?range=24h");
            assertThat(page.locator("#charts canvas")).hasCount(5);
            page.getByText("Show as table").click();
            assertThat(page.locator("#rows tbody tr").first()).isVisible();
            assertThat(page.locator("#alerts li")).hasCount(1);
            page.locator(".handle").first().press("ArrowUp");
            assertThat(page.locator(".draft")).containsText("You would have had");
            page.getByLabel("Board 01 was watered").press("Enter");
            assertThat(page.locator("#notes li").first()).isVisible();
            assertThat(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                    .as("scrolls sideways")
                    .isEqualTo(true);
            assertWell("plant");
        }
        page.navigate(fixture.url() + "/plants/01?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
        assertThat(page.locator("#silent")).not().isEmpty();
        assertWell("nothing in this time");
    }

    @Test
    void nothingIsFoundOnTheAccountsPage() {
        user("owner", "01");
        fixture.accounts.appTokens().create("owner", "phone");
        new Owner(fixture, "owner");
        new Owner(fixture, "owner");
        for (Browser.NewContextOptions look : looks()) {
            reopen(look);
            signIn(page, "owner");
            page.navigate(fixture.url() + "/account");
            assertThat(page.locator("#token-list li")).hasCount(1);
            assertWell("account");
        }
        page.locator("#password-form button").click();
        page.locator("#token-form button").click();
        assertThat(page.locator("#wrong-old")).isVisible();
        assertWell("nothing typed");
        page.locator("#token-form [name=label]").fill("Dashboard");
        page.locator("#token-form button").click();
        assertThat(page.locator("dialog code")).isVisible();
        assertWell("a token shown");
        page.getByText("Done, I saved it").click();
        page.locator("#remove-account").click();
        page.locator("dialog .primary").click();
        assertThat(page.locator("dialog .message")).containsText("Type owner");
        assertWell("whether to delete the account");
        page.route("**/api/v1/**", Route::abort);
        page.reload();
        assertThat(page.locator("#problem")).containsText("has not answered");
        assertWell("server away");
        complaints.clear(); // the browser's own lines about what failed
    }

    @Test
    void nothingIsFoundInGerman() {
        user("karl", "01");
        reading("karl", "01", "soil_moisture", 20);
        for (Browser.NewContextOptions look : List.of(
                new Browser.NewContextOptions().setViewportSize(1280, 720),
                new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK).setViewportSize(390, 844),
                new Browser.NewContextOptions().setViewportSize(320, 568))) {
            reopen(look.setLocale("de-DE"));
            page.navigate(fixture.url() + "/login");
            assertThat(page.locator("button.primary")).hasText("Anmelden");
            assertWell("sign-in");
            signIn(page, "karl");
            assertThat(page.locator("#devices-title")).hasText("Deine Boards");
            assertWell("full");
            page.getByText("Pflanze hinzufügen").click();
            assertWell("adding");
            page.navigate(fixture.url() + "/plants/01");
            assertThat(page.locator("#charts canvas")).hasCount(1);
            assertWell("plant");
            page.navigate(fixture.url() + "/account");
            assertThat(page.locator("#browser-list li").first()).isVisible();
            assertWell("account");
            page.navigate(fixture.url() + "/offline");
            assertWell("offline");
            assertThat((boolean) page.evaluate(
                            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    .isTrue();
        }
    }

    @Test
    void nothingIsFoundOnTheOperatorsPage() {
        user("chief", "01");
        fixture.accounts.users().setOperator("chief", true);
        fixture.denied("chief", "01", "wrong-depth", "one level too deep: publish on …/<sensor>", 12);
        for (Browser.NewContextOptions look : List.of(
                new Browser.NewContextOptions(),
                new Browser.NewContextOptions().setColorScheme(ColorScheme.DARK),
                new Browser.NewContextOptions().setViewportSize(320, 568))) {
            reopen(look);
            signIn(page, "chief");
            page.navigate(fixture.url() + "/operator");
            assertThat(page.locator("#denials td").first())
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(20_000));
            assertWell("operator");
        }
    }

    @Test
    void nothingIsFoundWhileReadingsOrTheServerAreAway() {
        user("away", "01");
        reading("away", "01", "light", 50);
        signIn(page, "away");
        page.route("**/api/v1/**", Route::abort);
        assertThat(page.locator("#verdict"))
                .containsText(
                        "the server has not answered", new LocatorAssertions.ContainsTextOptions().setTimeout(15_000));
        assertWell("server away");
        complaints.clear(); // the browser's own lines about what failed
    }
}
