package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.Limit;

/** What users with the operator's role see, and nobody else. No bridge runs here, which is to be seen, too. */
class OperatorIT extends InBrowser {

    private static final List<String> ADDRESSES =
            List.of("/operator", "/api/v1/operator/status", "/api/v1/operator/users", "/api/v1/operator/denials");

    @Test
    void forWhoHasNotTheRoleTheAddressesDoNotExistAlsoOnceItIsTakenAway() throws IOException {
        user("plain");
        Owner plain = new Owner(fixture, "plain");
        for (String address : ADDRESSES) {
            assertThat(plain.browser.get(address).statusCode()).as(address).isEqualTo(404);
        }
        org.plantbuddy.web.Browser stranger = new org.plantbuddy.web.Browser(fixture.url());
        assertThat(stranger.get("/operator").headers().firstValue("Location")).hasValue("/login");
        assertThat(stranger.get("/api/v1/operator/users").statusCode()).isEqualTo(401);

        fixture.accounts.users().setOperator("plain", true);
        for (String address : ADDRESSES) {
            assertThat(plain.browser.get(address).statusCode()).as(address).isEqualTo(200);
        }
        fixture.accounts.users().setOperator("plain", false);
        for (String address : ADDRESSES) {
            assertThat(plain.browser.get(address).statusCode()).as(address).isEqualTo(404);
        }
        assertThat(me(plain).required("operator").asBoolean()).isFalse();
    }

    private static JsonNode me(Owner owner) throws IOException {
        return new ObjectMapper().readTree(owner.browser.get("/api/v1/me").body());
    }

    @Test
    void operatorSeesPartsUsersAndDenialsByKeyboardToo() {
        user("boss", "01");
        user("busy", "01", "02");
        fixture.accounts.devices().revoke("busy", "02");
        fixture.accounts.limits().set("busy", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(1_234)));
        fixture.accounts.users().invite("guest", Duration.ofHours(1));
        fixture.accounts.users().setOperator("boss", true);
        String attack = "<img src=x onerror=\"document.title='owned'\">";
        fixture.denied("busy", "01", "wrong-depth", attack, 12);
        signIn(page, "boss");
        assertThat(page.locator("#operator")).isVisible();
        page.locator("#operator").focus();
        page.keyboard().press("Enter");

        LocatorAssertions.ContainsTextOptions soon = new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);
        assertThat(page.locator("#parts tr", with("influxdb"))).containsText("Well", soon);
        assertThat(page.locator("#parts tr", with("bridge")).first()).containsText("Wrong");
        assertThat(page.locator("#parts tr", with("bridge")).first()).containsText("does not answer");
        assertThat(page.locator("#users tr", with("busy"))).containsText("busy2101,234", soon); // the next time it asks
        assertThat(page.locator("#users tr", with("guest"))).containsText("has a link to choose a password", soon);
        assertThat(page.locator("#users tr", with("boss"))).containsText("operator", soon);
        assertThat(page.locator("#denials tr", with("busy"))).containsText(attack, soon);
        assertThat(page.locator("#denials img")).hasCount(0);
        page.locator("#users").focus();
        assertThat(page.locator("#users")).isFocused();
        assertThat(page.title()).doesNotContain("owned");
    }

    private static com.microsoft.playwright.Page.LocatorOptions with(String text) {
        return new com.microsoft.playwright.Page.LocatorOptions().setHasText(text);
    }
}
