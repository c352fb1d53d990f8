package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.plantbuddy.reading.Level;

/** Numbers and words on the page are those that were sent, typed and set; and what is told is so now. */
class AsSentIT extends InBrowser {

    private static final double SOON = 25_000;

    @Test
    void numbersShowAllTheDigitsThatWereSent() {
        user("dot", "01");
        reading("dot", "01", "ph", 6.54);
        reading("dot", "01", "drip", 0.04);
        reading("dot", "01", "battery", 3.718);
        reading("dot", "01", "counter", 2000000.5);
        reading("dot", "01", "trace", 1.5e-9);
        threshold("dot", "01", "ph", "crit_below=6.25,hysteresis=0.25");
        signIn(page, "dot");

        assertThat(page.locator(".chart .legend td:first-of-type"))
                .hasText(new String[] {"3.718", "2,000,000.5", "0.04", "6.54", "1.5E-9"});
        assertThat(page.locator(".plant .reading")).hasText("Battery 3.718\u00a0V");
        assertThat(page.locator("#threshold-list"))
                .containsText("alert at 6.25 or below · all clear when it is back by 0.25");
        Locator ph = page.locator(".chart[data-sensor=ph] .legend tbody td");
        assertThat(ph).hasText(new String[] {"6.54", "6.54", "6.54"});
        Locator long_ = page.locator(".chart[data-sensor=counter] .legend td").first();
        assertThat((Integer) long_.evaluate(
                        "one => Math.round(one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight))"))
                .as("lines of a long number")
                .isEqualTo(1);
    }

    @Test
    void meanHasOneDigitMoreThanItsReadings() {
        user("mean", "01");
        Instant then = Instant.now().minus(Duration.ofHours(5)).truncatedTo(ChronoUnit.HOURS);
        reading("mean", "01", "soil_temp", 21.2, then);
        reading("mean", "01", "soil_temp", 21.2, then.plusSeconds(1));
        reading("mean", "01", "soil_temp", 21.4, then.plusSeconds(2));
        // What downsampling makes of them, in case another test has said that it is done.
        fixture.write(
                "downsampled",
                List.of("soil_temp,user=mean,device_id=01 reading=21.266666666666666,reading_min=21.2,reading_max=21.4 "
                        + then.getEpochSecond()));
        reading("mean", "01", "soil_temp", 22);
        signIn(page, "mean");
        page.locator(".plot").press("Home");
        assertThat(page.locator(".legend tbody td")).hasText(new String[] {"21.27", "21.2", "22"});
    }

    @Test
    void limitThatIsNoNumberIsRefusedAtItsFieldAndNothingTypedIsChanged() {
        user("typo", "01");
        reading("typo", "01", "soil_moisture", 50);
        signIn(page, "typo");
        Locator form = page.locator("#threshold-form");
        Locator field = form.getByLabel("Warn above");
        for (String typed : new String[] {"-", "1e400", "22,50,0", "wet", "1.2.3", "2 2"}) {
            field.clear();
            field.pressSequentially(typed);
            form.getByRole(AriaRole.BUTTON).click();
            assertThat(field).isFocused();
            assertThat(field).hasValue(typed);
            assertThat(field).hasAccessibleDescription("Warn above: “" + typed + "” is no number. Write it as 22.5.");
        }
        assertThat(page.locator("#threshold-list")).containsText("None of your own yet");

        field.clear();
        field.pressSequentially("72,5");
        field.press("Enter");
        assertThat(page.locator("#threshold-list li")).containsText("warning at 72.5\u00a0% or above");
        assertThat(form.locator("[aria-invalid]")).hasCount(0);

        form.locator("[name=sensor]").selectOption("status");
        Locator minutes = form.getByLabel("Alert after minutes without a reading");
        minutes.clear();
        minutes.pressSequentially("soon");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(minutes).isFocused();
        assertThat(minutes).hasValue("soon");
        minutes.clear();
        minutes.pressSequentially("90.5");
        minutes.press("Enter");
        assertThat(page.locator("#threshold-list")).containsText("Alert after 5,430 s without a reading");
        assertThat(minutes).hasValue("90.5");
    }

    @Test
    void numbersAreReadAndWrittenAsTheReadersLanguageDoes() {
        user("komma", "01");
        threshold("komma", "01", "soil_moisture", "crit_below=12.5,hysteresis=0.5");
        reopen(new Browser.NewContextOptions().setLocale("de-DE"));
        page.navigate(fixture.url() + "/login");
        page.locator("[name=user]").fill("komma");
        page.locator("[name=password]").fill(Fixture.PASSWORD);
        page.keyboard().press("Enter");
        Locator form = page.locator("#threshold-form");
        form.locator("[name=device]").selectOption("01");
        assertThat(form.locator("[name=crit_below]")).hasValue("12,5");
        form.locator("[name=warn_below]").fill("22.5");
        form.locator("[name=crit_above]").fill("1.000,25");
        form.locator("[name=crit_above]").press("Enter");
        Locator set = page.locator("#threshold-list li");
        for (String number : List.of("12,5\u00a0%", "22,5\u00a0%", "1.000,25\u00a0%", "0,5\u00a0%")) {
            assertThat(set).containsText(number);
        }
        assertThat(form.locator("[name=crit_above]")).hasValue("1000,25");
    }

    @Test
    void refusedReadingIsQuotedLetterByLetter() {
        user("quo", "01");
        fixture.refused("quo", "{\"reading\":  'wet'\n}", "plantbuddy/quo/01/soil_moisture: 'wet' is not a number");
        signIn(page, "quo");
        assertThat(page.locator("#refused code").first().innerText()).isEqualTo("{\"reading\":  'wet'\n}");
        Locator reason = page.locator("#refused .what");
        assertThat(reason.innerText()).isEqualTo("plantbuddy/quo/01/soil_moisture: 'wet' is not a number");
        assertThat(reason.evaluate("one => getComputedStyle(one, '::first-letter').textTransform"))
                .isEqualTo("none");
    }

    @Test
    void previewLooksBackAnewOnceReadingsCame() {
        user("pre", "01");
        signIn(page, "pre");
        Locator preview = page.locator("#threshold-preview");
        assertThat(preview).containsText("No readings in the last 48 hours");
        reading("pre", "01", "soil_moisture", 20);
        assertThat(preview)
                .containsText(
                        "You would have had 1 alert", new LocatorAssertions.ContainsTextOptions().setTimeout(SOON));
    }

    @Test
    void formShowsWhatIsSetAndNotWhatWas() {
        user("form", "01");
        threshold("form", "01", "soil_moisture", "crit_below=12.5");
        signIn(page, "form");
        Locator form = page.locator("#threshold-form");
        form.locator("[name=device]").selectOption("01");
        Locator limit = form.getByLabel("Alert below");
        assertThat(limit).hasValue("12.5");
        page.locator("#threshold-list").getByText("Pause").click();
        assertThat(form.locator("[name=enabled]")).not().isChecked();
        page.locator("#threshold-list").getByText("Remove").click();
        assertThat(limit).hasValue("35");
        assertThat(form.locator("[name=enabled]")).isChecked();
    }

    @Test
    void levelThatEndsWithItsLimitIsNotCalledARecovery() {
        user("end", "01");
        Instant now = Instant.now();
        alert("end", "air_temp", Level.OK, 24, "", "air temp at 24 for end: no limit any more", now);
        alert("end", "light", Level.OK, 7, "5", "light at 7 for end", now.minusSeconds(9));
        signIn(page, "end");
        assertThat(page.locator("#alerts li .level")).hasText(new String[] {"–Ended", "✓Recovered"});
    }

    @Test
    void silenceIsToldWithItsPresentLength() {
        user("hush", "01");
        Instant since = Instant.now().minus(Duration.ofMinutes(10));
        alert("hush", "status", Level.CRIT, 81, "60", "board 01 silent for 81 s for hush", since);
        signIn(page, "hush");
        assertThat(page.locator(".plant.crit")).hasText("▲Critical: Board 01no reading for 11 minWateredSnooze");
    }
}
