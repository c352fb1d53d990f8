package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.plantbuddy.reading.Level;

/** A plant's page, over any time. */
class PlantIT extends InBrowser {

    private static final int ENOUGH = 8;

    @Test
    void timeShownIsInTheAddressAndTheBackButtonComesBack() {
        full("range");
        visit("range", "01?range=24h");
        assertThat(charts()).hasCount(5);
        assertThat(page.locator("h1")).hasText("Board 01");
        assertThat(page).hasTitle("Board 01 – Plant Buddy");
        assertThat(page.locator("#ranges [aria-current]")).hasText("24 h");
        page.locator("#ranges").getByText("7 days").click();
        assertThat(page).hasURL(Pattern.compile("\\?range=7d$"));
        assertThat(page.locator("#ranges [aria-current]")).hasText("7 days");
        assertThat(page.locator("#ranges [aria-current]")).isFocused();
        page.goBack();
        assertThat(page.locator("#ranges [aria-current]")).hasText("24 h");
        page.getByLabel("From").fill("2026-01-02T00:00");
        page.getByLabel("To").fill("2026-01-01T00:00");
        page.getByText("Show", exactly()).click();
        assertThat(page.locator("#span-message")).containsText("before");
        page.getByLabel("To").fill("2026-01-03T00:00");
        page.getByText("Show", exactly()).click();
        assertThat(page).hasURL(Pattern.compile("\\?from=2026-01-.*&to="));
        assertThat(page.locator("#silent")).hasText("No readings in this time.");
        assertThat(charts()).hasCount(0);
    }

    @Test
    void dragLooksCloserAndDoubleClickGoesBack() {
        full("zoom");
        visit("zoom", "01?range=48h");
        plot("light").scrollIntoViewIfNeeded();
        BoundingBox box = plot("light").locator(".u-over").boundingBox();
        page.mouse().move(box.x + box.width * 0.4, box.y + 40);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.5, box.y + 40);
        page.mouse().move(box.x + box.width * 0.6, box.y + 40);
        page.mouse().up();
        assertThat(page).hasURL(Pattern.compile("\\?from=.*&to="));
        assertThat(page.locator("#ranges [aria-current]")).hasCount(0);
        assertThat(charts()).hasCount(5);
        plot("light").locator(".u-over").dblclick();
        assertThat(page).hasURL(Pattern.compile("\\?range=48h$"));
    }

    @Test
    void arrowKeysReadValuesAloudAndAFingerReadsThem() {
        full("reads-by-keys");
        visit("reads-by-keys", "01?range=24h");
        Locator plot = plot("light");
        Locator at = page.locator(".chart[data-sensor=light] .at");
        plot.focus();
        plot.press("ArrowLeft");
        assertThat(page.locator("#spoken")).containsText("Light");
        assertThat(page.locator("#spoken")).containsText("Soil moisture");
        assertThat(page.locator("#spoken")).containsText("°C");
        String newest = page.locator("#spoken").textContent();
        plot.press("Home");
        assertThat(page.locator("#spoken")).not().hasText(newest);
        assertThat(at).containsText("lx");
        plot.press("Escape");
        assertThat(at).isEmpty();
        assertThat(page.locator("#spoken")).isEmpty();
        plot.locator(".u-over")
                .evaluate("over => { const box = over.getBoundingClientRect();"
                        + " over.dispatchEvent(new PointerEvent('pointermove', { pointerType: 'touch', bubbles: true,"
                        + " clientX: box.left + box.width * 0.5, clientY: box.top + 5 })); }");
        assertThat(at).containsText("lx");
    }

    @Test
    void allOfItIsThereAsATable() {
        full("table");
        visit("table", "01?range=24h");
        page.getByText("Show as table").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#rows thead th")).hasText(new String[] {
            "Time", "Soil moisture, %", "Light, lx", "Humidity, %", "Air temperature, °C", "Soil temperature, °C"
        });
        assertThat(page.locator("#rows tbody tr").count()).isGreaterThan(140);
        for (String fact : List.of("Lowest", "Highest", "Mean")) {
            assertThat(page.locator(".chart[data-sensor=humidity] .facts")).containsText(fact);
        }
    }

    @Test
    void singleReadingAndTheLimitsAreDrawnInLightAndDark() {
        user("first", "01");
        reading("first", "01", "soil_moisture", 20);
        threshold("first", "01", "soil_moisture", "crit_below=35.0,crit_above=9000.0");
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            reopen(new Browser.NewContextOptions().setColorScheme(scheme));
            visit("first", "01");
            Locator canvas = plot("soil_moisture").locator("canvas");
            assertThat(inked(canvas, colour("--accent"), 0))
                    .as("the reading " + scheme)
                    .isGreaterThan(ENOUGH);
            assertThat(inked(canvas, colour("--crit"), 0))
                    .as("the limits " + scheme)
                    .isGreaterThan(20 * ENOUGH);
        }
        List<?> edges = (List<?>) plot("soil_moisture").locator("canvas").evaluate("""
            canvas => [0, canvas.width - 1].map(x => canvas.getContext('2d').getImageData(x, 0, 1, canvas.height).data
                .some((part, i) => i % 4 === 3 && part > 0))
            """);
        assertThat(edges).as("ink at the left edge, at the right edge").isEqualTo(List.of(false, false));
    }

    @Test
    void alertsOfTheTimeAreMarkedAndListed() {
        full("alerted");
        Instant hour = Instant.now().minus(Duration.ofHours(5));
        alert("alerted", "light", Level.CRIT, 4, "5.25", "light at 4 for alerted", hour);
        alert("alerted", "light", Level.OK, 40, "5.25", "light at 40 for alerted", hour.plusSeconds(7200));
        alert(
                "alerted",
                "humidity",
                Level.CRIT,
                4,
                "5.25",
                "humidity at 4 for alerted",
                Instant.now().minus(Duration.ofDays(3)));
        visit("alerted", "01?range=24h");
        assertThat(page.locator("#alerts li .what"))
                .hasText(new String[] {"Board 01: light is well again", "Board 01: too dark"});
        assertThat(page.locator("#alerts li .more").last()).containsText(" · Light 4\u00a0lx · limit 5.25\u00a0lx");
        assertThat(inked(plot("light").locator("canvas"), colour("--crit-ground"), 0))
                .isGreaterThan(500);
        page.locator("#alert-filters").getByLabel("Level").selectOption("Recovered");
        assertThat(page.locator("#alerts li")).hasCount(1);
        assertThat(inked(plot("light").locator("canvas"), colour("--crit-ground"), 0))
                .as("whatever is listed")
                .isGreaterThan(500);
        assertThat(inked(plot("humidity").locator("canvas"), colour("--crit-ground"), 0))
                .as("in force since before this time began")
                .isGreaterThan(500);
        assertThat(inked(plot("air_temp").locator("canvas"), colour("--crit-ground"), 0))
                .isZero();
    }

    @Test
    void limitIsMovedByKeyboardWhileThePreviewCountsAndIsUndoneOrSaved() {
        full("moved");
        visit("moved", "01?range=24h");
        Locator chart = page.locator(".chart[data-sensor=soil_moisture]");
        Locator handle = limit(chart, "Alert below");
        assertThat(handle).hasAttribute("aria-valuetext", "35\u00a0%");
        handle.focus();
        page.keyboard().press("PageUp");
        assertThat(chart.locator(".draft")).containsText("You would have had 1 alert in the last 24 hours.");
        assertThat(chart.locator(".draft")).containsText("For Board 01 alone.");
        assertThat(handle).isFocused();
        assertThat(handle).not().hasAttribute("aria-valuetext", "35\u00a0%");
        chart.getByText("Undo").press("Enter");
        assertThat(handle).hasAttribute("aria-valuetext", "35\u00a0%");
        assertThat(handle).isFocused();
        assertThat(chart.locator(".draft")).hasCount(0);
        page.keyboard().press("ArrowDown");
        String moved = handle.getAttribute("aria-valuetext");
        assertThat(chart.locator(".draft")).containsText("You would have had no alert");
        chart.getByText("Save").press("Enter");
        assertThat(page.locator("#limits-said")).hasText("Soil moisture: saved. Takes effect within 10 seconds.");
        assertThat(handle).isFocused();
        page.reload();
        assertThat(handle).hasAttribute("aria-valuetext", moved);
    }

    @Test
    void limitIsDraggedAndStaysOnItsSideOfOthers() {
        full("drag");
        threshold("drag", "01", "humidity", "crit_below=20.0,warn_below=30.0,hysteresis=1.0");
        visit("drag", "01?range=24h");
        Locator chart = page.locator(".chart[data-sensor=humidity]");
        Locator alert = limit(chart, "Alert below");
        chart.scrollIntoViewIfNeeded();
        BoundingBox handle = alert.boundingBox();
        BoundingBox plot = plot("humidity").locator(".u-over").boundingBox();
        page.mouse().move(handle.x + handle.width / 2, handle.y + handle.height / 2);
        page.mouse().down();
        page.mouse().move(handle.x + handle.width / 2, plot.y + plot.height * 0.8);
        page.mouse().move(handle.x + handle.width / 2, plot.y + 5);
        page.mouse().up();
        assertThat(alert).hasAttribute("aria-valuenow", "30");
        assertThat(page).hasURL(Pattern.compile("range=24h"));
        assertThat(chart.locator(".draft")).containsText("You would have had");
        alert.press("Home");
        assertThat(alert).hasAttribute("aria-valuenow", "0");
        Locator warn = limit(chart, "Warn below");
        warn.press("ArrowUp");
        chart.getByText("Save").click();
        assertThat(page.locator("#limits-said")).containsText("saved");
        assertThat(warn).isFocused();
    }

    @Test
    void limitIsDraggedByAFingerOnAPhoneWithoutMovingThePage() {
        reopen(new Browser.NewContextOptions().setViewportSize(390, 844).setHasTouch(true));
        full("finger");
        visit("finger", "01?range=24h");
        Locator handle = limit(page.locator(".chart[data-sensor=soil_moisture]"), "Alert below");
        handle.scrollIntoViewIfNeeded();
        BoundingBox box = handle.boundingBox();
        assertThat(Math.min(box.width, box.height)).isGreaterThanOrEqualTo(24);
        Object scrolled = page.evaluate("() => scrollY");
        CDPSession fingers = page.context().newCDPSession(page);
        touch(fingers, "touchStart", box, 0);
        touch(fingers, "touchMove", box, -20);
        touch(fingers, "touchMove", box, -40);
        touch(fingers, "touchEnd", box, 0);
        assertThat(handle).not().hasAttribute("aria-valuenow", "35");
        assertThat(page.locator(".draft")).containsText("You would have had");
        assertThat(page.evaluate("() => scrollY")).isEqualTo(scrolled);
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    private static void touch(CDPSession fingers, String type, BoundingBox from, int moved) {
        JsonObject touch = new JsonObject();
        touch.addProperty("type", type);
        JsonArray points = new JsonArray();
        if (!type.equals("touchEnd")) {
            JsonObject point = new JsonObject();
            point.addProperty("x", from.x + from.width / 2);
            point.addProperty("y", from.y + from.height / 2 + moved);
            points.add(point);
        }
        touch.add("touchPoints", points);
        fingers.send("Input.dispatchTouchEvent", touch);
    }

    private static Locator limit(Locator chart, String name) {
        return chart.getByRole(AriaRole.SLIDER, new Locator.GetByRoleOptions().setName(name));
    }

    @Test
    void notesAreMarkedReadListedAndRemoved() {
        full("noted");
        visit("noted", "01?range=24h");
        Locator light = plot("light").locator("canvas");
        assertThat(inked(light, colour("--info"), 0)).isZero();
        page.getByLabel("Board 01 was watered").press("Enter");
        assertThat(page.locator("#note-message")).containsText("Noted: Board 01, Watered");
        assertThat(page.locator("#notes li")).hasCount(1);
        assertThat(inked(light, colour("--info"), 0)).isGreaterThan(50);

        page.getByLabel("Note (such as new soil)").fill("<b>neue Erde</b> 龟");
        page.getByLabel("When").fill(localNow().minusHours(5).toString());
        page.getByLabel("When").press("Enter");
        assertThat(page.locator("#notes li .what")).hasText(new String[] {"Watered", "<b>neue Erde</b> 龟"});
        assertThat(page.getByLabel("Note (such as new soil)")).hasValue("");
        plot("light").press("End");
        assertThat(page.locator("#spoken")).containsText("Watered");
        assertThat(page.locator(".chart[data-sensor=light] .at")).containsText("· Watered");

        page.getByLabel("Note (such as new soil)").press("Enter");
        assertThat(page.locator("#note-message.wrong")).containsText("text is missing");
        complaints.clear(); // the browser's own line about the 400
        page.locator("#notes button").first().press("Enter");
        assertThat(page.locator("#notes li")).hasCount(1);
        assertThat(page.locator("#notes")).isFocused();
        page.locator("#ranges").getByText("7 days").click();
        assertThat(page.locator("#notes li .what")).hasText("<b>neue Erde</b> 龟");
    }

    private static LocalDateTime localNow() {
        return LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MINUTES);
    }

    @Test
    void whatCannotBeLoadedIsSaidAndTheRestIsShown() {
        full("partly");
        signIn(page, "partly");
        page.route("**/api/v1/thresholds", Route::abort);
        page.route("**/api/v1/alerts**", Route::abort);
        page.navigate(fixture.url() + "/plants/01?range=24h");
        assertThat(charts()).hasCount(5);
        assertThat(page.locator("#problem")).containsText("Limits cannot be loaded");
        assertThat(page.locator("#problem")).containsText("Alerts cannot be loaded");
        page.route("**/api/v1/series**", Route::abort);
        page.locator("#ranges").getByText("7 days").click();
        assertThat(page.locator("#problem")).containsText("Readings cannot be loaded right now. You see those up to");
        assertThat(charts()).hasCount(5);
        complaints.clear(); // the browser's own lines about what failed
    }

    @Test
    void plantOfAnotherIsNotThereAndNobodySeesOneWithoutSigningIn() {
        user("neighbour", "secret");
        user("curious", "01");
        page.navigate(fixture.url() + "/plants/01");
        assertThat(page).hasURL(Pattern.compile("/login$"));
        signIn(page, "curious");
        assertThat(page.navigate(fixture.url() + "/plants/secret").status()).isEqualTo(404);
        assertThat(page.locator("main")).containsText("There is no page at this address");
        assertThat(page.navigate(fixture.url() + "/plants/UPPER").status()).isEqualTo(404);
        complaints.clear(); // the browser's own lines about the 404s
        page.navigate(fixture.url() + "/plants/01");
        assertThat(page.locator("#silent")).hasText("No readings in this time.");
        page.getByText("All plants").click();
        assertThat(page).hasURL(fixture.url() + "/");
    }

    @Test
    void phoneShowsAllOfItWithoutScrollingSideways() {
        reopen(new Browser.NewContextOptions().setViewportSize(390, 844));
        full("phone");
        visit("phone", "01?range=30d");
        assertThat(page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        page.keyboard().press("Tab");
        assertThat(page.getByText("Skip to the charts")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#main")).isFocused();
    }

    private static com.microsoft.playwright.Page.GetByTextOptions exactly() {
        return new com.microsoft.playwright.Page.GetByTextOptions().setExact(true);
    }

    private static void full(String user) {
        fixture.userWithHistory(user, "01");
    }

    private void visit(String user, String address) {
        signIn(page, user);
        page.navigate(fixture.url() + "/plants/" + address);
        assertThat(page.locator("#charts canvas").first()).isVisible();
    }

    private Locator charts() {
        return page.locator("#charts .chart");
    }

    private Locator plot(String sensor) {
        return page.locator(".chart[data-sensor=" + sensor + "] .plot");
    }

    private String colour(String name) {
        return page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name)
                .toString();
    }
}
