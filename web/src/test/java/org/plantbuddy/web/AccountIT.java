package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.AppToken;
import org.plantbuddy.accounts.Scope;

/** The account's page, as its owner uses it. */
class AccountIT extends InBrowser {

    private static final String NEW = "battery staple";
    private static final Browser.NewContextOptions PHONE = new Browser.NewContextOptions()
            .setViewportSize(390, 844)
            .setHasTouch(true)
            .setIsMobile(true);

    private void openAccount(String user) {
        signIn(page, user);
        page.locator("#user").click();
        page.waitForURL(fixture.url() + "/account");
        assertThat(page.locator("h1")).hasText("Account of " + user);
        assertThat(page.locator("#browser-list li").first()).isVisible();
    }

    @Test
    void keyboardAloneChangesThePasswordAndThePageStaysSignedIn() {
        user("pat", "01");
        fixture.accounts.appTokens().create("pat", "phone");
        Owner elsewhere = new Owner(fixture, "pat");
        openAccount("pat");
        page.locator("[name=old]").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#wrong-old")).containsText("Type the password");
        assertThat(page.locator("[name=old]")).isFocused();
        page.keyboard().type("a guess");
        page.keyboard().press("Tab");
        page.keyboard().type(NEW);
        page.keyboard().press("Tab");
        page.keyboard().type("battery stapel");
        page.keyboard().press("Enter");
        assertThat(page.locator("#wrong-again")).hasText("The two passwords differ.");
        assertThat(page.locator("[name=again]")).isFocused();
        page.keyboard().press("ControlOrMeta+a");
        page.keyboard().type(NEW);
        page.keyboard().press("Enter");
        assertThat(page.locator("#password-message")).containsText("This is not your password.");
        complaints.clear(); // the browser's own line about the 403
        page.locator("[name=old]").fill(Fixture.PASSWORD);
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        assertThat(page.locator("[name=revokeTokens]")).isFocused();
        page.keyboard().press("Space");
        page.keyboard().press("Enter");
        assertThat(page.locator("#password-message")).containsText("tokens of apps are revoked");
        assertThat(page.locator("[name=old]")).hasValue("");
        assertThat(fixture.accounts.users().signIn("pat", NEW)).isTrue();
        assertThat(fixture.accounts.appTokens().list("pat")).isEmpty();
        assertThat(elsewhere.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        page.reload();
        assertThat(page.locator("#browser-list li")).hasCount(1);
        assertThat(page.locator("#tokens-too")).isHidden();
    }

    @Test
    void phoneShowsWhereItsOwnerIsSignedInAndSignsOthersOut() {
        user("quinn", "01");
        Owner first = new Owner(fixture, "quinn");
        new Owner(fixture, "quinn");
        Owner third = new Owner(fixture, "quinn");
        reopen(PHONE);
        openAccount("quinn");
        Locator rows = page.locator("#browser-list li");
        assertThat(rows).hasCount(4);
        assertThat(rows.filter(with("this browser"))).hasCount(1);
        assertThat(rows.filter(with("this browser"))).containsText("Chrome on");
        page.locator("[data-key^='end ']").first().tap();
        assertThat(rows).hasCount(3);
        assertThat(page.locator("#browser-message")).containsText("is signed out");
        page.locator("#sign-out-others").tap();
        assertThat(rows).hasCount(1);
        assertThat(page.locator("#sign-out-others")).isHidden();
        assertThat(first.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertThat(third.browser.get("/api/v1/me").statusCode()).isEqualTo(401);
        assertFits();
        page.locator("#sign-out").tap();
        page.waitForURL(fixture.url() + "/login");
    }

    @Test
    void tokenIsMadeShownOnceListedWithItsUseAndRevokedByKeyboard() {
        user("rosa", "01");
        openAccount("rosa");
        assertThat(page.locator("#token-list")).containsText("No app has a token");
        page.locator("#token-form [name=label]").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#wrong-label")).containsText("Give it a name");
        page.keyboard().type("<b>Dash</b>board");
        page.locator("#token-form [name=read]").uncheck();
        page.locator("#token-form [name=label]").press("Enter");
        assertThat(page.locator("#wrong-mqtt")).containsText("Allow the app");
        page.locator("#token-form [name=read]").check();
        page.locator("#token-form [name=days]").selectOption("90");
        page.locator("#token-form [name=label]").press("Enter");
        assertThat(page.locator("dialog h2")).isFocused();
        String token = page.locator("dialog code").textContent();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isVisible(); // shown this once: it does not close by accident
        page.getByText("Done, I saved it").press("Enter");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(page.content()).doesNotContain(token);

        AppToken made = fixture.accounts.appTokens().list("rosa").get(0);
        assertThat(made.scopes()).containsExactly(Scope.READ);
        assertThat(Duration.between(made.created(), made.ends().orElseThrow()))
                .isCloseTo(Duration.ofDays(90), Duration.ofSeconds(5));
        assertThat(page.locator("#token-list li")).containsText("<b>Dash</b>board");
        assertThat(page.locator("#token-list li")).containsText("Reads what these pages show");
        assertThat(page.locator("#token-list li")).containsText("not used yet");
        assertThat(fixture.accounts.appTokens().find(token)).isPresent();
        page.reload();
        assertThat(page.locator("#token-list li")).containsText("last used just now");

        page.onceDialog(dialog -> dialog.accept());
        page.locator("#token-list button").press("Enter");
        assertThat(page.locator("#token-list")).containsText("No app has a token");
        assertThat(page.locator("#token-list")).isFocused();
        assertThat(fixture.accounts.appTokens().find(token)).isEmpty();
    }

    @Test
    void readingsAndAllElseAreDownloaded() throws IOException {
        user("takes-out", "01", "02");
        reading("takes-out", "01", "light", 20.5);
        reading("takes-out", "02", "light", 666);
        openAccount("takes-out");
        page.locator("#export-form [name=from]").fill("2026-11-02");
        page.locator("#export-form [name=to]").fill("2026-11-01");
        page.locator("#export-form .primary").press("Enter");
        assertThat(page.locator("#wrong-from")).containsText("after the last one");
        page.locator("#export-form [name=from]").fill("");
        page.locator("#export-form [name=to]").fill("");
        page.locator("#export-form [name=device]").selectOption("01");
        Download csv =
                page.waitForDownload(() -> page.locator("#export-form .primary").press("Enter"));
        assertThat(csv.suggestedFilename()).isEqualTo("plantbuddy-takes-out-readings.csv");
        assertThat(Files.readString(csv.path()))
                .startsWith("time,device,sensor,reading\r\n")
                .contains(",01,light,20.5\r\n")
                .doesNotContain("666");
        assertThat(page.locator("#export-message")).containsText("The download begins");
        Download zip = page.waitForDownload(() -> page.locator("#archive").press("Enter"));
        assertThat(zip.suggestedFilename()).startsWith("plantbuddy-takes-out-").endsWith(".zip");
        assertThat(Files.readAllBytes(zip.path())).startsWith('P', 'K');
    }

    @Test
    void keyboardAloneDeletesTheAccountWhenNameAndPasswordAreTyped() {
        user("uwe", "01", "02");
        fixture.accounts.appTokens().create("uwe", "phone");
        openAccount("uwe");
        assertThat(page.locator("#removal-what")).containsText("2 boards (Board 01, Board 02)");
        page.locator("#remove-account").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog [name=user]")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator("#remove-account")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().type("someone");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog .message")).containsText("Type uwe");
        page.locator("dialog [name=user]").fill("uwe");
        page.keyboard().press("Tab");
        page.keyboard().type("a guess");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog .message")).containsText("This is not your password.");
        complaints.clear(); // the browser's own line about the 403
        assertThat(fixture.accounts.users().exists("uwe")).isTrue();
        page.locator("dialog [name=password]").fill(Fixture.PASSWORD);
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).hasText("Your account is deleted");
        assertThat(page.locator("h1")).isFocused();
        assertThat(fixture.accounts.users().exists("uwe")).isFalse();
        page.getByText("To the sign-in").press("Enter");
        page.waitForURL(fixture.url() + "/login");
    }

    @Test
    void daysAreTheReadersAndTheLastIsIncluded() {
        reopen(new Browser.NewContextOptions().setTimezoneId("Europe/Vienna"));
        page.navigate(fixture.url() + "/login");
        assertThat(page.evaluate("""
                        async () => (await import('/assets/download.js')).addressOf(
                          { of: 'means', device: '01', from: '2026-03-29', to: '2026-03-29', format: 'lp' })
                        """))
                .isEqualTo("/api/v1/export?format=lp&of=means&device=01&from=2026-03-28T23%3A00%3A00.000Z"
                        + "&to=2026-03-29T22%3A00%3A00.000Z"); // the day on which clocks go forward has 23 hours
    }

    @Test
    void nothingIsWiderThanTheScreen() {
        user("sven", "01");
        fixture.accounts
                .appTokens()
                .create("sven", "x".repeat(64), Set.of(Scope.values()), Optional.of(Duration.ofDays(1)));
        for (int width : List.of(320, 390, 1280)) {
            reopen(new Browser.NewContextOptions().setViewportSize(width, 700));
            openAccount("sven");
            assertFits();
        }
    }

    private void assertFits() {
        assertThat(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .isEqualTo(true);
    }

    private static Locator.FilterOptions with(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
