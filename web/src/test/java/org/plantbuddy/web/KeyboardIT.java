package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.plantbuddy.reading.Level;

/** The page for those who do not point, or do not see. */
class KeyboardIT extends InBrowser {

    private static final int MOST_TABS = 80;

    @Test
    void keyboardAloneAddsABoardSetsAThresholdAndRemovesIt() {
        user("keys");
        page.navigate(fixture.url() + "/login");
        assertThat(page.getByLabel("User name")).isFocused();
        page.keyboard().type("keys");
        page.keyboard().press("Tab");
        page.keyboard().type(Fixture.PASSWORD);
        page.keyboard().press("Enter");
        page.locator("#start .card").waitFor();

        tabTo("#add-plant");
        page.keyboard().press("Enter");
        page.keyboard().press("Escape");
        assertThat(page.locator("#add-plant")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.getByLabel("Name (such as Monstera)")).isFocused();
        page.keyboard().type("Fern");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog h2")).hasText("Fern is added");
        assertThat(page.locator("dialog h2")).isFocused();
        tabTo("dialog .primary");
        page.keyboard().press("Enter");
        assertThat(page.locator("#add-plant")).isFocused();

        page.locator("#thresholds").waitFor();
        tabTo("#threshold-form [name=crit_below]");
        page.keyboard().press("ControlOrMeta+a");
        page.keyboard().type("20.5");
        page.keyboard().press("Enter");
        assertThat(page.locator("#threshold-list li")).containsText("alert at 20.5 % or below");
        assertThat(page.locator("#threshold-message")).containsText("Saved");

        tabTo("#threshold-list [data-key^=remove]");
        page.keyboard().press("Enter");
        assertThat(page.locator("#threshold-list")).containsText("None of your own yet");
        assertThat(page.locator("#threshold-list")).isFocused();
    }

    @Test
    void invitedPersonChoosesAPasswordByKeyboardAndIsSignedIn() {
        String link =
                fixture.url() + "/password?link=" + fixture.accounts.users().invite("invited", Duration.ofHours(1));
        page.navigate(link);
        page.keyboard().type("correct horse");
        page.keyboard().press("Tab");
        page.keyboard().type("battery staple");
        page.keyboard().press("Enter");
        assertThat(page.locator(".message")).hasText("The two passwords differ.");
        complaints.clear(); // the browser's own line about the 400
        page.keyboard().type("correct horse");
        page.keyboard().press("Tab");
        page.keyboard().type("correct horse");
        page.keyboard().press("Enter");
        assertThat(page.locator("#user")).hasText("invited");
        page.navigate(link);
        assertThat(page.locator(".message")).containsText("used already, or its time is over");
        complaints.clear(); // the browser's own line about the 410
        assertThat(fixture.accounts.users().signIn("invited", "correct horse")).isTrue();
    }

    @Test
    void focusStaysWhereItWasAfterEachChange() {
        user("stay", "01");
        threshold("stay", "01", "light", "crit_below=5.0");
        signIn(page, "stay");
        press("Pause Light, Board 01");
        assertThat(page.getByLabel("Turn on Light, Board 01")).isFocused();
        press("Remove Light, Board 01");
        assertThat(page.locator("#threshold-list")).isFocused();

        page.locator("#mute-form button").press("Enter");
        press("Turn on All alerts of Board 01");
        assertThat(page.locator("#mute-list")).isFocused();

        page.onceDialog(dialog -> dialog.accept());
        press("Disconnect Board 01");
        assertThat(page.locator("#device-list li")).containsText("disconnected");
        assertThat(page.locator("#device-list")).isFocused();
        press("Rename Board 01");
        assertThat(page.getByLabel("Name (such as Monstera)")).isFocused();
        page.keyboard().type("Größe");
        page.keyboard().press("Enter");
        assertThat(page.getByLabel("Rename Größe")).isFocused();
        press("Archive Größe");
        assertThat(page.locator("#device-list")).isFocused();
    }

    @Test
    void nothingThatHasTheFocusIsUnderTheHeader() {
        user("head", "01");
        for (String sensor : Fixture.SENSORS) {
            reading("head", "01", sensor, 50);
            threshold("head", "01", sensor, "crit_below=5.0");
        }
        reopen(new Browser.NewContextOptions().setViewportSize(1280, 720));
        signIn(page, "head");
        assertThat(page.locator("#threshold-list li")).hasCount(Fixture.SENSORS.size());
        page.locator("#device-list button").last().focus();
        List<Object> covered = new ArrayList<>();
        for (int tab = 0; tab < MOST_TABS && !isFocused("body, .skip"); tab++) {
            covered.add(page.evaluate("""
                    () => {
                      const header = document.querySelector('.top');
                      const one = document.activeElement;
                      const under = !header.contains(one) && one.getBoundingClientRect().top < header.getBoundingClientRect().bottom;
                      const whole = one.getBoundingClientRect().height < innerHeight / 2;
                      return under && whole ? one.outerHTML.slice(0, 80) : '';
                    }
                    """));
            page.keyboard().press("Shift+Tab");
        }
        assertThat(covered).hasSizeGreaterThan(25).containsOnly("");

        page.evaluate("() => { location.hash = 'devices'; }");
        page.waitForFunction("() => document.querySelector('#devices-title').getBoundingClientRect().top"
                + " >= document.querySelector('.top').getBoundingClientRect().bottom");
    }

    @Test
    void liveRegionsSpeakOnlyWhenSomethingChanged() {
        user("live", "01");
        reading("live", "01", "light", 50);
        alert("live", "light", Level.CRIT, 50, "60", "light at 50 for live", Instant.now());
        signIn(page, "live");
        assertThat(page.locator("#spoken")).hasText("Critical: Board 01 too dark");
        assertThat(page.locator("#threshold-preview")).containsText("No readings");
        page.evaluate("""
                () => {
                  window.said = [];
                  for (const region of document.querySelectorAll('[aria-live], [role=status], [role=alert]')) {
                    new MutationObserver(() => window.said.push(region.id + ': ' + region.textContent))
                      .observe(region, { childList: true, characterData: true, subtree: true });
                  }
                }
                """);
        page.waitForResponse(answer -> isOf(answer, "overview"), () -> {});
        page.waitForResponse(answer -> isOf(answer, "alerts"), () -> {});
        assertThat((List<?>) page.evaluate("() => window.said")).isEmpty();

        alert("live", "humidity", Level.WARN, 90, "80", "humidity at 90 for live", Instant.now());
        assertThat(page.locator("#spoken"))
                .hasText(
                        "Critical: Board 01 too dark, air too humid",
                        new LocatorAssertions.HasTextOptions().setTimeout(10_000));
        assertThat((List<?>) page.evaluate("() => window.said"))
                .asString()
                .isEqualTo("[spoken: Critical: Board 01 too dark, air too humid]");
    }

    @Test
    void listsHaveANameAndScrollByKeyboard() {
        user("list", "01");
        fillLists("list");
        signIn(page, "list");
        for (String list : List.of("#alerts", "#refused")) {
            assertThat(page.locator(list + " li")).hasCount(20);
            assertThat(page.locator(list)).hasAccessibleName(Pattern.compile("List of .+"));
            tabTo(list);
            page.keyboard().press("End");
            page.waitForFunction("list => document.querySelector(list).scrollTop > 0", list);
        }
    }

    @Test
    void credentialsShownOnceAreInViewOnAPhone() {
        user("tel");
        reopen(new Browser.NewContextOptions().setViewportSize(390, 844).setHasTouch(true));
        signIn(page, "tel");
        page.getByText("Add a plant").tap();
        page.getByLabel("Name (such as Monstera)").fill("fern");
        page.locator("dialog .primary").tap();
        assertThat(page.locator("dialog h2")).isFocused();
        for (Locator line : page.locator("dialog dd, dialog h2, dialog .qr").all()) {
            assertThat(line).isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
        }
        for (Locator target : page.locator("dialog button").all()) {
            assertThat(target.boundingBox().height).isGreaterThanOrEqualTo(24);
        }
    }

    @Test
    void nothingScrollsSidewaysOnASmallPhone() {
        user("tiny", "01", "02");
        fixture.accounts
                .devices()
                .describe("tiny", "01", before -> before.withName("Donaudampfschifffahrtskapitän".repeat(2)));
        reading("tiny", "01", "soil_moisture", 1234567.125);
        alert("tiny", "soil_moisture", Level.CRIT, 20, "35", "…", Instant.now());
        reopen(new Browser.NewContextOptions().setViewportSize(320, 568));
        signIn(page, "tiny");
        assertThat(page.locator(".plant.crit")).isVisible();
        page.getByText("Add a plant").click();
        page.getByLabel("Name (such as Monstera)").fill("Fern");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog .qr")).isVisible();
        assertThat(page.evaluate("() => [document.documentElement, document.querySelector('dialog')]"
                        + ".map(one => one.scrollWidth - one.clientWidth)"))
                .isEqualTo(List.of(0, 0));
    }

    @Test
    void afterAWrongPasswordOneTypesThePasswordAnewAndALargeLetterInANameDoesNoHarm() {
        user("large");
        page.navigate(fixture.url() + "/login");
        assertThat(page.getByLabel("User name")).isFocused();
        page.getByLabel("User name").fill("Large");
        page.getByLabel("Password").fill("wrong");
        page.keyboard().press("Enter");
        assertThat(page.locator(".message")).containsText("is wrong");
        assertThat(page.getByLabel("Password")).isFocused();
        complaints.clear(); // the browser's own line about the 401
        page.keyboard().type(Fixture.PASSWORD);
        page.keyboard().press("Enter");
        page.waitForURL(fixture.url() + "/");
        assertThat(page.locator("#user")).hasText("large");
    }

    private void press(String label) {
        Locator button =
                page.getByRole(AriaRole.BUTTON, new com.microsoft.playwright.Page.GetByRoleOptions().setName(label));
        button.focus();
        page.keyboard().press("Enter");
    }

    private static boolean isOf(Response answer, String part) {
        return answer.url().endsWith("/api/v1/" + part);
    }

    private void tabTo(String selector) {
        for (int tab = 0; tab < MOST_TABS; tab++) {
            page.keyboard().press("Tab");
            if (isFocused(selector)) {
                return;
            }
        }
        throw new AssertionError("Tab does not lead to " + selector);
    }

    private boolean isFocused(String selector) {
        return (Boolean) page.evaluate("selector => document.activeElement.matches(selector)", selector);
    }

    static void fillLists(String user) {
        Instant now = Instant.now();
        for (int i = 0; i < 20; i++) {
            alert(
                    user,
                    "light",
                    i % 2 == 0 ? Level.CRIT : Level.OK,
                    i,
                    "5",
                    "light at " + i + " for " + user,
                    now.minusSeconds(100 - i));
            fixture.refused(user, "wet " + i, "'wet " + i + "' is not a number");
        }
    }
}
