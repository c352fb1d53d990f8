package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.Preferences;

/** The page speaks its reader's language, and shows temperatures in the reader's unit. */
class PreferencesIT extends InBrowser {

    /** Words that no German sentence has. */
    private static final Pattern ENGLISH = Pattern.compile(
            "\\b(the|your|is|are|of|below|above|and|no|not|with|since|last)\\b", Pattern.CASE_INSENSITIVE);

    private void assertGerman() {
        assertThat(page.locator("html")).hasAttribute("lang", "de");
        assertThat(page.locator("body").innerText()).doesNotContainPattern(ENGLISH);
        String labels = (String)
                page.evaluate(
                        "[...document.querySelectorAll('[aria-label]')].map((one) => one.getAttribute('aria-label')).join('\\n')");
        assertThat(labels).doesNotContainPattern(ENGLISH);
        assertThat(page.title()).doesNotContainPattern(ENGLISH);
    }

    @Test
    void germanBrowserShowsGermanPagesWithoutAWordOfEnglish() {
        user("gerd", "01");
        reading("gerd", "01", "soil_moisture", 20);
        reading("gerd", "01", "air_temp", 21.5);
        threshold("gerd", "01", "air_temp", "crit_below=5.5,warn_above=30.0,hysteresis=1.0");
        reopen(new Browser.NewContextOptions().setLocale("de-DE"));
        page.navigate(fixture.url() + "/login");
        assertGerman();
        signIn(page, "gerd");
        assertThat(page.locator("#charts canvas")).hasCount(2);
        assertThat(page.locator("#devices .level").first()).containsText("Letzter Messwert");
        assertGerman();
        page.locator("#add-plant").click();
        assertThat(page.locator("dialog")).isVisible();
        assertGerman();
        page.navigate(fixture.url() + "/plants/01");
        assertThat(page.locator("#charts canvas")).hasCount(2);
        assertGerman();
        page.navigate(fixture.url() + "/account");
        assertThat(page.locator("#browser-list li").first()).isVisible();
        assertGerman();
    }

    @Test
    void whatAUserHasChosenComesBeforeWhatTheBrowserAsksFor() {
        user("wahl", "01");
        signIn(page, "wahl");
        page.navigate(fixture.url() + "/account");
        Locator form = page.locator("#settings-form");
        form.getByLabel("Language").selectOption("de");
        form.getByText("Save").click();
        assertThat(page.locator("#settings-title")).hasText("Sprache und Einheiten");
        page.navigate(fixture.url() + "/");
        assertThat(page.locator("#devices-title")).hasText("Deine Boards");
        assertThat(fixture.accounts.users().preferences("wahl").language()).contains("de");
        page.navigate(fixture.url() + "/account");
        assertThat(form.getByLabel("Sprache")).hasValue("de");
        form.getByLabel("Sprache").selectOption("");
        form.getByText("Speichern").click();
        assertThat(page.locator("#settings-title")).hasText("Language and units");
    }

    @Test
    void temperaturesAreShownAndTypedInTheReadersUnit() {
        user("fahr", "01");
        fixture.accounts.users().setPreferences("fahr", new Preferences(java.util.Optional.empty(), "F"));
        reading("fahr", "01", "air_temp", 21.5);
        threshold("fahr", "01", "air_temp", "warn_above=30.0,hysteresis=1.0");
        signIn(page, "fahr");
        assertThat(page.locator(".plant")).containsText("70.7\u00a0°F");
        assertThat(page.locator("#threshold-list li")).containsText("86\u00a0°F");
        Locator form = page.locator("#threshold-form");
        form.locator("[name=device]").selectOption("01");
        form.locator("[name=sensor]").selectOption("air_temp");
        assertThat(form.locator("[name=warn_above]")).hasValue("86");
        assertThat(form.locator("[name=hysteresis]")).hasValue("1.8");
        form.locator("[name=warn_above]").fill("77");
        form.locator("button.primary").click();
        assertThat(page.locator("#threshold-list li"))
                .containsText("77\u00a0°F", new LocatorAssertions.ContainsTextOptions().setTimeout(10_000));
        assertThat(stored("warn_above")).isEqualTo("25");
        page.navigate(fixture.url() + "/plants/01");
        assertThat(page.locator("#charts .facts")).containsText("70.7");
        Locator limit = page.locator(".chart[data-sensor=air_temp] [role=slider]");
        assertThat(limit).hasAttribute("aria-valuetext", "77\u00a0°F");
        limit.press("ArrowUp");
        assertThat(limit).not().hasAttribute("aria-valuetext", "77\u00a0°F");
        String moved = limit.getAttribute("aria-valuenow");
        page.locator(".chart[data-sensor=air_temp] .draft").getByText("Save").click();
        assertThat(page.locator("#limits-said")).containsText("saved");
        assertThat(Double.parseDouble(stored("warn_above")))
                .isCloseTo((Double.parseDouble(moved) - 32) / 1.8, within(1e-6));
    }

    /** A member of the only threshold, as the server has it. */
    private String stored(String member) {
        return (String) page.evaluate(
                "async (member) => (await (await fetch('/api/v1/thresholds')).json()).map((one) => one[member]).join()",
                member);
    }
}
