package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.ChecksumException;
import com.google.zxing.FormatException;
import com.google.zxing.qrcode.decoder.Decoder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.Mute;
import org.plantbuddy.accounts.Note;
import org.plantbuddy.accounts.Page;
import org.plantbuddy.accounts.RefusedReading;
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
        assertThat(page.locator(".plant.ok .reading")).hasCount(2);
        assertThat(page.locator(".calm")).hasText("✓All 2 plants within their limits.");
    }

    @Test
    void alertShowsWithoutAReloadAndGoesWhenThePlantIsWell() {
        fixture.userWithHistory("ida", "01");
        Chromium.signIn(page, fixture.url(), "ida", Fixture.PASSWORD);
        assertThat(page.locator(".calm")).isVisible();
        page.evaluate("() => { window.stillTheSamePage = true; }");
        fixture.alert("a1", "ida", "01", Level.CRIT, "soil moisture at 20 for ida", Instant.now());
        assertThat(page.locator(".plant.crit"))
                .containsText("Critical: Board 01", new LocatorAssertions.ContainsTextOptions().setTimeout(8_000));
        assertThat(page.title()).startsWith("▲ 1 plant needs you");
        fixture.alert("a2", "ida", "01", Level.OK, "soil moisture at 48 for ida", Instant.now());
        assertThat(page.locator(".calm")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(8_000));
        assertThat(page.locator("#alerts li .what"))
                .hasText(new String[] {"Board 01: soil moisture is well again", "Board 01: needs water"});
        assertThat(page.evaluate("() => window.stillTheSamePage")).isEqualTo(true);
    }

    @Test
    void newReadingMovesTheNumberWithoutAReload() {
        fixture.userWithHistory("leo", "01");
        Chromium.signIn(page, fixture.url(), "leo", Fixture.PASSWORD);
        Instant now = Instant.now().plusSeconds(1);
        fixture.write(
                "plantbuddy", List.of("soil_moisture,user=leo,device_id=01 reading=77.7 " + now.getEpochSecond()));
        assertThat(page.locator(".plant .reading"))
                .hasText("77.7\u00a0%", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
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
        assertThat(page.locator("#start")).containsText("No plant yet");
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
        assertThat(page.locator("#threshold-list"))
                .containsText("Soil moisture: alert at 35 % or below, all clear above 37 %.");
        assertThat(form.getByLabel("Alert below")).hasValue("35");

        form.locator("[name=device]").selectOption("01");
        form.locator("[name=sensor]").selectOption("soil_moisture");
        form.getByLabel("Alert below").fill("15");
        assertThat(page.locator("#threshold-preview"))
                .containsText("You would have had 3 alerts in the last 48 hours.");
        assertThat(page.locator("#threshold-preview li")).hasCount(3);

        form.getByLabel("Warn below").fill("10");
        assertThat(page.locator("#threshold-preview.wrong")).containsText("“alert below” 15 must be at most");
        assertThat(complaints).singleElement().asString().contains("400"); // the browser's own line about the answer
        complaints.clear();
        form.getByLabel("Warn below").fill("20");
        form.getByRole(AriaRole.BUTTON).click();
        Locator item = page.locator("#threshold-list li");
        assertThat(item).containsText("Too low: alert at 15 % or below, warning at 20 % or below");

        item.getByText("Pause").click();
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
        Locator badges = page.locator("#device-list .level");
        Locator said = page.locator("#device-list .what small");
        assertThat(badges.first()).hasText("●Last reading just now");
        assertThat(badges.nth(1)).hasText("–No reading yet");
        assertThat(said).hasCount(0);
        page.evaluate("() => { window.stillTheSamePage = true; }");

        LocatorAssertions.ContainsTextOptions soon = new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);
        fixture.online("nora", "01", Instant.now().plusMillis(1));
        assertThat(said).containsText("online since", soon);
        fixture.offline("nora", "01", Instant.now().plusMillis(1));
        assertThat(said).containsText("offline since", soon);
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
        assertThat(page.locator(".plant .reading"))
                .hasText("38.5\u00a0%", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
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
        Locator first = page.locator("#device-list li").first().locator(".denied");
        assertThat(first)
                .containsText("Refused: one level too deep: '<b>x</b>': publish on …/<sensor> · 12 times, last ");
        assertThat(first.locator("time")).hasCount(1);
        assertThat(page.locator("#device-list li").nth(1).locator(".denied"))
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
    void plantIsAddedByItsNameShowsOnceHowItConnectsAndTellsWhenItSends() throws FormatException, ChecksumException {
        fixture.accounts.users().add("kim", Fixture.PASSWORD);
        Chromium.signIn(page, fixture.url(), "kim", Fixture.PASSWORD);
        page.getByText("Add a plant").click();
        Locator window = page.locator("dialog");
        assertThat(window.getByLabel("Name")).isFocused();
        window.getByLabel("Name").fill("Größter Farn 龟");
        Locator address = window.getByLabel("Its address");
        assertThat(address).hasValue("grosster-farn");
        address.fill("My Fern");
        window.getByLabel("Name").fill("Farn");
        window.getByLabel("Name").press("Enter");
        assertThat(window.locator(".wrong")).containsText("try my-fern");
        assertThat(complaints).singleElement().asString().contains("400"); // the browser's own line about the answer
        complaints.clear();
        address.fill("fern");
        address.press("Enter");

        assertThat(window.locator("h2")).hasText("Farn is added");
        assertThat(window.locator("h2")).isFocused();
        Locator told = window.locator("dd code");
        String password = told.nth(1).innerText();
        assertThat(told)
                .hasText(new String[] {"kim/fern", password, "127.0.0.1", "1883", "plantbuddy/kim/fern/<sensor>"});
        assertThat(fixture.accounts.devices().authenticate("kim", "fern", password))
                .isTrue();
        assertThat(scanned(window.locator(".qr path")))
                .isEqualTo("mqtt://kim%2Ffern:" + password + "@127.0.0.1:1883/plantbuddy/kim/fern");
        assertThat(window.locator("pre")).containsText("#define BUDDY_TOKEN \"" + password + "\"");
        window.getByRole(AriaRole.TAB).first().press("ArrowLeft");
        assertThat(window.locator("pre"))
                .hasText("mosquitto_pub -h 127.0.0.1 -p 1883 -q 1 -u kim/fern -P " + password
                        + " -t plantbuddy/kim/fern/soil_moisture -m 42");
        window.getByLabel("Copy Password").click();
        assertThat(window.getByLabel("Copy Password")).hasText("Copied");

        Locator line = window.locator(".message");
        assertThat(line).containsText("Waiting for its first reading");
        fixture.accounts
                .refusedReadings()
                .add(new RefusedReading(
                        "r1",
                        "kim",
                        "plantbuddy/kim/fern/soil_moisture",
                        "12,5",
                        "'12,5': use a point",
                        Instant.now()));
        LocatorAssertions.HasTextOptions soon = new LocatorAssertions.HasTextOptions().setTimeout(30_000);
        assertThat(line).hasText("✕ Refused: '12,5': use a point", soon);
        reading("kim", "fern", "soil_moisture", 42.5);
        assertThat(line).hasText("✓ Soil moisture 42.5\u00a0%", soon);
        window.getByText("Done, I saved it").click();
        assertThat(page.getByText("Add a plant")).isFocused();
        assertThat(page.locator("body")).not().containsText(password);
        assertThat(page.locator("#device-list li")).containsText("kim/fern");
    }

    /** What a phone reads in the picture. */
    private static String scanned(Locator path) throws FormatException, ChecksumException {
        int size = ((Number) path.evaluate("path => path.ownerSVGElement.viewBox.baseVal.width")).intValue() - 8;
        boolean[][] dark = new boolean[size][size];
        Pattern.compile("M(\\d+) (\\d+)h")
                .matcher(path.getAttribute("d"))
                .results()
                .forEach(at -> dark[Integer.parseInt(at.group(2)) - 4][Integer.parseInt(at.group(1)) - 4] = true);
        return new Decoder().decode(dark).getText();
    }

    @Test
    void boardIsDisconnectedAfterAQuestionAndGetsANewPasswordWhenConnectedAgain() {
        user("una");
        String password = fixture.accounts.devices().add("una", "fern").password();
        Chromium.signIn(page, fixture.url(), "una", Fixture.PASSWORD);
        List<String> questions = new ArrayList<>();
        page.onceDialog(dialog -> {
            questions.add(dialog.message());
            dialog.dismiss();
        });
        page.getByLabel("Disconnect Board fern").click();
        assertThat(questions).singleElement().asString().contains("Disconnect Board fern?", "within 30 s");
        assertThat(fixture.accounts.devices().authenticate("una", "fern", password))
                .isTrue();
        page.onceDialog(dialog -> dialog.accept());
        page.getByLabel("Disconnect Board fern").click();
        assertThat(page.locator("#device-list li").first()).containsText("disconnected");
        assertThat(page.locator("#device-message")).containsText("cut off within 30 s");
        assertThat(fixture.accounts.devices().authenticate("una", "fern", password))
                .isFalse();
        page.getByLabel("Connect Board fern again").click();
        String newer = page.locator("dialog dd code").nth(1).innerText();
        assertThat(fixture.accounts.devices().authenticate("una", "fern", newer))
                .isTrue();
    }

    @Test
    void alertIsMutedShownAsSuchAndUnmuted() {
        fixture.userWithHistory("mia", "01");
        fixture.alert("m1", "mia", "01", Level.CRIT, "soil moisture at 20 for mia", Instant.now());
        Chromium.signIn(page, fixture.url(), "mia", Fixture.PASSWORD);
        Locator form = page.locator("#mute-form");
        Locator alert = page.locator(".plant.crit");
        assertThat(page.locator("#mute-list")).containsText("Nothing is snoozed");
        assertThat(alert).not().containsText("Snoozed");
        assertThat(form.locator("[name=sensor] option")).hasText(new String[] {
            "All alerts", "Soil moisture", "Light", "Humidity", "Air temperature", "Soil temperature", "Connection"
        });

        form.locator("[name=sensor]").selectOption("soil_moisture");
        form.locator("[name=for]").selectOption("forever");
        form.getByRole(AriaRole.BUTTON).click();
        assertThat(page.locator("#mute-list li")).containsText("Soil moisture of Board 01");
        assertThat(page.locator("#mute-message")).containsText("Snoozed: Soil moisture of Board 01");
        assertThat(alert).containsText("Snoozed until you turn it on");
        assertThat(fixture.accounts.mutes().list("mia"))
                .containsExactly(new Mute("mia", "01", "soil_moisture", Optional.empty()));

        page.getByLabel("Turn on Soil moisture of Board 01").click();
        assertThat(page.locator("#mute-list")).containsText("Nothing is snoozed");
        assertThat(alert).not().containsText("Snoozed");
        assertThat(fixture.accounts.mutes().list("mia")).isEmpty();

        page.getByLabel("Snooze Board 01").click();
        assertThat(page.locator("dialog")).containsText("Soil moisture: you get no alert for");
        page.locator("dialog").getByText("8 hours").click();
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(alert).containsText("Snoozed until");
        assertThat(fixture.accounts.mutes().list("mia"))
                .extracting(Mute::sensor)
                .containsExactly("soil_moisture");
        page.getByLabel("Turn alerts of Board 01 on").click();
        assertThat(alert).not().containsText("Snoozed");
    }

    @Test
    void alertsAreChosenByPlantLevelAndTimeAndOlderOnesFollow() {
        user("hist", "01", "02");
        Instant now = Instant.now();
        for (int i = 0; i < 60; i++) {
            fixture.alert("h1" + i, "hist", "01", i % 2 == 0 ? Level.CRIT : Level.OK, "…", now.minusSeconds(60 - i));
        }
        fixture.alert("h2", "hist", "02", Level.WARN, "…", now.minus(Duration.ofDays(2)));
        signIn(page, "hist");
        Locator items = page.locator("#alerts li");
        assertThat(items).hasCount(50);
        Locator more = page.getByText("Show older alerts");
        more.focus();
        page.keyboard().press("Enter");
        assertThat(items).hasCount(61);
        assertThat(more).isHidden();
        assertThat(page.locator("#alerts")).isFocused();
        assertThat(page.locator("#alerts-said")).hasText("61 alerts shown.");
        fixture.alert("h3", "hist", "01", Level.CRIT, "…", now);
        assertThat(items).hasCount(62, new LocatorAssertions.HasCountOptions().setTimeout(20_000));

        Locator filters = page.locator("#alert-filters");
        filters.getByLabel("Plant").selectOption("02");
        assertThat(items).hasText(new Pattern[] {Pattern.compile("^◆WarningBoard 02: needs water")});
        assertThat(page.locator("#alerts-said")).hasText("1 alert shown.");
        filters.getByLabel("Time").selectOption("Last 24 hours");
        assertThat(page.locator("#alerts")).hasText("None of these.");
        filters.getByLabel("Plant").selectOption("All");
        filters.getByLabel("Level").selectOption("Recovered");
        assertThat(items).hasCount(30);
        assertThat(page.locator("#alerts .level").first()).hasText("✓Recovered");
    }

    @Test
    void wateringIsNotedByOneTapInTheRowAndTakenBack() {
        user("wet", "01");
        reading("wet", "01", "soil_moisture", 20);
        alert("wet", "soil_moisture", Level.CRIT, 20, "35", "…", Instant.now());
        signIn(page, "wet");
        page.getByLabel("Board 01 was watered").click();
        Locator message = page.locator("#note-message");
        assertThat(message).containsText("Noted: Board 01, Watered,");
        assertThat(noted("wet")).hasSize(1);
        page.getByLabel("Undo: Board 01, Watered").click();
        assertThat(message).hasText("The note is removed.");
        assertThat(message).isFocused();
        assertThat(noted("wet")).isEmpty();
    }

    private static List<Note> noted(String user) {
        return fixture.accounts.notes().list(user, Page.newest(9), Optional.empty(), Instant.EPOCH, Instant.now());
    }

    @Test
    void plantsAreRowsTheWorstFirstAndThoseBeyondFiveAreFolded() {
        user("rows");
        String name = "<img src=x onerror=document.title='owned'>";
        fixture.accounts
                .devices()
                .add("rows", "01", before -> before.withName(name).withPlace("台所"), 100);
        for (String board : List.of("02", "03", "04", "05", "06", "07")) {
            fixture.accounts.devices().add("rows", board);
        }
        reading("rows", "03", "soil_moisture", 52.25);
        reading("rows", "04", "soil_moisture", 60, Instant.now().minusSeconds(30 * 3600));
        reading("rows", "01", "soil_moisture", 34);
        alert("rows", "soil_moisture", Level.CRIT, 34, "35", "…", Instant.now());
        alert("rows", "air_temp", Level.WARN, 31, "30", "…", Instant.now());
        Chromium.signIn(page, fixture.url(), "rows", Fixture.PASSWORD);

        Locator rows = page.locator(".plant");
        assertThat(rows).hasCount(5);
        assertThat(rows.first()).containsText("34\u00a0%needs water, too warm · limit 35\u00a0% · since ");
        assertThat(rows.first().locator(".name a")).hasText(name);
        assertThat(rows.first().locator(".name a")).hasAttribute("href", "/plants/01");
        assertThat(rows.first().locator("small")).hasText("台所");
        page.getByText("and 2 more").press("Enter");
        assertThat(rows).hasCount(7);
        assertThat(page.getByText("Show fewer")).isFocused();
        assertThat(rows.last()).containsText("Fine: Board 0352.25\u00a0%");
        assertThat(page.locator(".plant[data-device='04']")).containsText("no reading for 30 h");
        page.reload();
        assertThat(rows).hasCount(5);
        assertThat(page.locator(".legend th[scope=row]").first()).hasText(name);
        assertThat(page.title()).doesNotContain("owned");
    }

    @Test
    void boardIsRenamedAndOnceDisconnectedTakenOffTheListAndPutBack() {
        fixture.userWithHistory("ren", "01");
        Chromium.signIn(page, fixture.url(), "ren", Fixture.PASSWORD);
        page.getByLabel("Rename Board 01").click();
        Locator window = page.locator("dialog");
        window.getByLabel("Name (such as Monstera)").fill("a\u202Eb");
        window.getByText("Save").click();
        assertThat(window.locator(".wrong")).containsText("in any script");
        complaints.clear(); // the browser's own line about the 400
        window.getByLabel("Name (such as Monstera)").fill(" Größe 龟 ");
        window.getByLabel("Place").fill("Küche");
        window.getByText("Save").click();
        assertThat(window).hasCount(0);
        assertThat(page.getByLabel("Rename Größe 龟")).isFocused();
        assertThat(page.locator(".plant .name a")).hasText("Größe 龟");
        assertThat(page.locator("#device-list .what")).containsText("Küche");
        assertThat(page.locator("#device-list code")).hasText("ren/01");

        page.onceDialog(dialog -> dialog.accept());
        page.getByLabel("Disconnect Größe 龟").click();
        assertThat(page.locator(".plant")).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(10_000));
        page.getByLabel("Archive Größe 龟").click();
        assertThat(page.locator("#device-list summary")).hasText("1 archived");
        assertThat(page.locator("#device-list")).isFocused();
        assertThat(page.locator("#mute-form [name=device] option")).hasCount(0);
        page.locator("#device-list summary").click();
        page.getByLabel("Put Größe 龟 back on the list").click();
        assertThat(page.locator("#device-list")).containsText("disconnected");
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
