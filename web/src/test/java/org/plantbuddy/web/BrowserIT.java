package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.Mute;
import org.plantbuddy.reading.Level;

class BrowserIT extends InBrowser {

    @Test
    void everySensorHasALineAndALegendWithItsNewestReading() {
        fixture.userWithHistory("rick", "01");
        fixture.boardWithHistory("rick", "02");
        Chromium.signIn(page, fixture.url(), "rick", Fixture.PASSWORD);
        assertThat(page.locator(".chart canvas")).hasCount(5);
        for (String sensor : Fixture.SENSORS) {
            Locator chart = page.locator(".chart[data-sensor=" + sensor + "]");
            assertThat(chart.locator(".legend tbody th")).hasText(new String[] {"Board 01", "Board 02"});
            assertThat(chart.locator(".legend tbody td").first()).hasText(java.util.regex.Pattern.compile("[0-9.,]+"));
            assertThat(coloursDrawn(chart.locator("canvas"))).isGreaterThan(2);
        }
        assertThat(page.locator(".board .tile")).hasCount(10);
        assertThat(page.locator(".calm")).hasText("✓All 2 plants within their limits.");
    }

    @Test
    void alertShowsWithoutAReloadAndGoesWhenThePlantIsWell() {
        fixture.userWithHistory("ida", "01");
        Chromium.signIn(page, fixture.url(), "ida", Fixture.PASSWORD);
        assertThat(page.locator(".calm")).isVisible();
        page.evaluate("() => { window.stillTheSamePage = true; }");
        fixture.alert("a1", "ida", "01", Level.CRIT, "soil moisture at 20 for ida", Instant.now());
        assertThat(page.locator("#in-force .alert.crit"))
                .containsText(
                        "soil moisture at 20 for ida", new LocatorAssertions.ContainsTextOptions().setTimeout(8_000));
        assertThat(page.title()).startsWith("▲ 1 alert");
        assertThat(page.locator(".tile.crit")).containsText("Critical");
        fixture.alert("a2", "ida", "01", Level.OK, "soil moisture at 48 for ida", Instant.now());
        assertThat(page.locator(".calm")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(8_000));
        assertThat(page.locator("#alerts li .what"))
                .hasText(new String[] {"soil moisture at 48 for ida", "soil moisture at 20 for ida"});
        assertThat(page.evaluate("() => window.stillTheSamePage")).isEqualTo(true);
    }

    @Test
    void newReadingMovesTheNumberWithoutAReload() {
        fixture.userWithHistory("leo", "01");
        Chromium.signIn(page, fixture.url(), "leo", Fixture.PASSWORD);
        Instant now = Instant.now().plusSeconds(1);
        fixture.write(
                "plantbuddy", List.of("soil_moisture,user=leo,device_id=01 reading=77.7 " + now.getEpochSecond()));
        assertThat(page.locator(".tile .value").first())
                .hasText("77.7", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
    }

    @Test
    void payloadOfARefusedReadingIsShownAsTextAndRunsNothing() {
        fixture.accounts.users().add("eve", Fixture.PASSWORD);
        String attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        fixture.refused("eve", attack, "not a number: " + attack);
        Chromium.signIn(page, fixture.url(), "eve", Fixture.PASSWORD);
        assertThat(page.locator("#refused li code").first()).hasText(attack);
        assertThat(page.locator("#usage")).hasText("0 of at most 5,000,000 readings stored today (UTC).");
        assertThat(page.locator("#refused img, #refused script")).hasCount(0);
        assertThat(page.title()).doesNotContain("owned");
    }

    @Test
    void newUserIsToldWhatToDoAndSeesTheFirstReadingArrive() {
        fixture.accounts.users().add("new", Fixture.PASSWORD);
        Chromium.signIn(page, fixture.url(), "new", Fixture.PASSWORD);
        assertThat(page.locator("#start")).containsText("Add it under Your boards");
        fixture.boardWithHistory("new", "01");
        assertThat(page.locator(".chart canvas"))
                .hasCount(5, new LocatorAssertions.HasCountOptions().setTimeout(20_000));
        assertThat(page.locator("#start")).isHidden();
    }

    @Test
    void thresholdIsTriedOutSavedShownInTheListAndTakenBack() {
        fixture.userWithHistory("tess", "01");
        List<String> dry = new ArrayList<>();
        for (int hour = 1; hour <= 3; hour++) {
            long at = Instant.now().getEpochSecond() - hour * 3600L;
            dry.add("soil_moisture,user=tess,device_id=01 reading=12 " + at);
            dry.add("soil_moisture,user=tess,device_id=01 reading=40 " + (at + 600));
        }
        fixture.write("plantbuddy", dry);
        Chromium.signIn(page, fixture.url(), "tess", Fixture.PASSWORD);
        Locator form = page.locator("#threshold-form");
        assertThat(page.locator("#threshold-list")).containsText("Soil moisture is critical at 35 or below");
        assertThat(form.getByLabel("Critical at or below")).hasValue("35");

        form.locator("[name=device]").selectOption("01");
        form.locator("[name=sensor]").selectOption("soil_moisture");
        form.getByLabel("Critical at or below").fill("15");
        assertThat(page.locator("#threshold-preview")).containsText("Would have fired 3 times in the last 48 hours.");
        assertThat(page.locator("#threshold-preview li")).hasCount(3);

        form.getByLabel("Warning at or below").fill("10");
        assertThat(page.locator("#threshold-preview.wrong")).containsText("crit_below 15 must be at most");
        assertThat(complaints).singleElement().asString().contains("400"); // the browser's own line about the answer
        complaints.clear();
        form.getByLabel("Warning at or below").fill("20");
        form.getByRole(AriaRole.BUTTON).click();
        Locator item = page.locator("#threshold-list li");
        assertThat(item).containsText("Critical at 15 or below, warning at 20 or below");

        item.getByText("Switch off").click();
        assertThat(page.locator("#threshold-list li.off")).hasCount(1);
        page.reload();
        assertThat(page.locator("#threshold-list li.off")).containsText("Board 01");
        page.locator("#threshold-list").getByText("Remove").click();
        assertThat(page.locator("#threshold-list")).containsText("None of your own yet");
    }

    @Test
    void boardsNameTellsWhenItWasLastHeardAndWhatItSaysOfItself() {
        fixture.userWithHistory("nora", "01");
        fixture.accounts.devices().add("nora", "02");
        Chromium.signIn(page, fixture.url(), "nora", Fixture.PASSWORD);
        Locator badges = page.locator(".board h2 .level");
        assertThat(badges.first()).hasText("●Last reading just now");
        assertThat(badges.nth(1)).hasText("–No reading yet");
        assertThat(page.locator(".board h2 small")).hasCount(0);
        page.evaluate("() => { window.stillTheSamePage = true; }");

        LocatorAssertions.ContainsTextOptions soon = new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);
        fixture.online("nora", "01", Instant.now().plusMillis(1));
        assertThat(page.locator(".board h2 small")).containsText("online since", soon);
        fixture.offline("nora", "01", Instant.now().plusMillis(1));
        assertThat(page.locator(".board h2 small")).containsText("offline since", soon);
        assertThat(page.locator("#device-list li").first()).containsText("Last reading");
        assertThat(page.locator("#device-list li").first()).containsText("offline since");
        assertThat(page.evaluate("() => window.stillTheSamePage")).isEqualTo(true);
    }

    @Test
    void newestIsTheReadingItselfAndTheExtremesAreThoseOfReadings() {
        fixture.userWithHistory("otto", "01");
        long now = Instant.now().getEpochSecond();
        fixture.write(
                "downsampled",
                List.of("soil_moisture,user=otto,device_id=01 reading=50,reading_min=40.25,reading_max=99.5 "
                        + (now / 600 - 60) * 600));
        Chromium.signIn(page, fixture.url(), "otto", Fixture.PASSWORD);
        Locator cells = page.locator(".chart[data-sensor=soil_moisture] tbody td");
        assertThat(cells.nth(2)).hasText("99.5");

        fixture.write("plantbuddy", List.of("soil_moisture,user=otto,device_id=01 reading=38.5 " + (now + 1)));
        assertThat(page.locator(".tile .value").first())
                .hasText("38.5", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
        assertThat(cells.first()).hasText("38.5");
        fixture.write("plantbuddy", List.of("soil_moisture,user=otto,device_id=01 reading=101.5 " + (now + 2)));
        assertThat(cells.nth(2)).hasText("101.5", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
        assertThat(cells.first()).hasText("101.5");
    }

    @Test
    void whatTheBrokerDeniesABoardOrItsOwnerIsOnTheCardWithWhatToDo() {
        fixture.userWithHistory("dora", "01");
        fixture.accounts.devices().add("dora", "02");
        fixture.denied("dora", "01", "wrong-depth", "one level too deep: '<b>x</b>': publish on …/<sensor>", 12);
        fixture.denied("dora", "02", "taken-over", "is one sketch on two boards?", 1);
        Chromium.signIn(page, fixture.url(), "dora", Fixture.PASSWORD);
        Locator first = page.locator(".board").first().locator(".denied");
        assertThat(first)
                .containsText("Refused: one level too deep: '<b>x</b>': publish on …/<sensor> · 12 times, last ");
        assertThat(first.locator("time")).hasCount(1);
        assertThat(page.locator(".board").nth(1).locator(".denied"))
                .containsText("Cut off: is one sketch on two boards? · once, last ");
        assertThat(page.locator("#device-list .own")).hasCount(0);

        fixture.denied("dora", "01", "wrong-depth", "one level too few", 1);
        assertThat(first)
                .containsText(
                        "one level too few · 13 times", new LocatorAssertions.ContainsTextOptions().setTimeout(20_000));
        fixture.denied("dora", "", "wrong-credentials", "a wrong password for 'dora' from 10.0.0.7", 3);
        page.reload();
        assertThat(page.locator("#device-list .own"))
                .containsText("Refused: a wrong password for 'dora' from 10.0.0.7 · 3 times");
    }

    @Test
    void boardIsAddedShowsHowItConnectsAndIsRevokedAfterAQuestion() {
        fixture.accounts.users().add("kim", Fixture.PASSWORD);
        Chromium.signIn(page, fixture.url(), "kim", Fixture.PASSWORD);
        Locator name = page.getByLabel("Name of a new board");
        name.fill("My Fern");
        page.getByText("Add board").click();
        assertThat(page.locator("#device-message.wrong")).containsText("try my-fern");
        assertThat(complaints).singleElement().asString().contains("400"); // the browser's own line about the answer
        complaints.clear();

        name.fill("fern");
        name.press("Enter");
        Locator added = page.locator(".added");
        assertThat(added).isFocused();
        assertThat(added.locator("dd")).hasText(new java.util.regex.Pattern[] {
            java.util.regex.Pattern.compile("kim/fern"),
            java.util.regex.Pattern.compile("pb_\\S+"),
            java.util.regex.Pattern.compile("127\\.0\\.0\\.1"),
            java.util.regex.Pattern.compile("1883"),
            java.util.regex.Pattern.compile("plantbuddy/kim/fern/<sensor>")
        });
        String password = added.locator("dd").nth(1).innerText();
        assertThat(fixture.accounts.devices().authenticate("kim", "fern", password))
                .isTrue();
        assertThat(added.locator("pre"))
                .hasText("mosquitto_pub -h 127.0.0.1 -p 1883 -q 1 -u kim/fern -P " + password
                        + " -t plantbuddy/kim/fern/soil_moisture -m 42");
        assertThat(page.locator("#device-list li")).containsText("kim/fern");

        name.fill("palm");
        name.press("Enter");
        assertThat(page.locator("#device-list li")).hasCount(2);
        page.onceDialog(dialog -> dialog.accept());
        page.getByLabel("Revoke board palm").click();
        assertThat(page.locator("[data-added=palm]")).hasCount(0);
        assertThat(added).containsText(password); // still to be noted
        page.reload();
        assertThat(page.locator("#device-list li").first()).containsText("kim/fern");
        assertThat(page.locator("body")).not().containsText(password);

        List<String> questions = new ArrayList<>();
        page.onceDialog(dialog -> {
            questions.add(dialog.message());
            dialog.dismiss();
        });
        page.getByLabel("Revoke board fern").click();
        assertThat(questions).singleElement().asString().contains("Revoke board fern?", "within 30 s");
        assertThat(fixture.accounts.devices().authenticate("kim", "fern", password))
                .isTrue();
        page.onceDialog(dialog -> dialog.accept());
        page.getByLabel("Revoke board fern").click();
        assertThat(page.locator("#device-list li").first()).containsText("revoked");
        assertThat(page.locator("#device-message")).containsText("cut off within 30 s");
        assertThat(fixture.accounts.devices().authenticate("kim", "fern", password))
                .isFalse();
    }

    @Test
    void alertIsMutedShownAsSuchAndUnmuted() {
        fixture.userWithHistory("mia", "01");
        fixture.alert("m1", "mia", "01", Level.CRIT, "soil moisture at 20 for mia", Instant.now());
        Chromium.signIn(page, fixture.url(), "mia", Fixture.PASSWORD);
        Locator form = page.locator("#mute-form");
        Locator alert = page.locator("#in-force .alert.crit");
        assertThat(page.locator("#mute-list")).containsText("Nothing is muted");
        assertThat(alert).not().containsText("muted");
        assertThat(form.locator("[name=sensor] option")).hasText(new String[] {
            "All alerts", "Soil moisture", "Light", "Humidity", "Air temperature", "Soil temperature", "Connection"
        });

        form.locator("[name=sensor]").selectOption("soil_moisture");
        form.locator("[name=for]").selectOption("forever");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.locator("#mute-list li")).containsText("Soil moisture of board 01");
        assertThat(page.locator("#mute-message")).containsText("Muted: Soil moisture of board 01");
        assertThat(alert).containsText("muted until you unmute it");
        assertThat(fixture.accounts.mutes().list("mia"))
                .containsExactly(new Mute("mia", "01", "soil_moisture", Optional.empty()));

        page.getByLabel("Unmute Soil moisture of board 01").click();
        assertThat(page.locator("#mute-list")).containsText("Nothing is muted");
        assertThat(alert).not().containsText("muted");
        assertThat(fixture.accounts.mutes().list("mia")).isEmpty();
    }

    @Test
    void signingOutLeadsToTheFormAndBackShowsNothing() {
        fixture.accounts.users().add("out", Fixture.PASSWORD);
        Chromium.signIn(page, fixture.url(), "out", Fixture.PASSWORD);
        page.locator("#sign-out").click();
        page.waitForURL("**/login");
        page.navigate(fixture.url() + "/");
        assertThat(page).hasURL(fixture.url() + "/login");
    }

    private static int coloursDrawn(Locator canvas) {
        Object colours = canvas.evaluate("canvas => new Set(new Uint32Array(canvas.getContext('2d')"
                + ".getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size");
        return ((Number) colours).intValue();
    }
}
