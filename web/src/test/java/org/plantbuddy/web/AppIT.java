package org.plantbuddy.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page as an app: it can be installed, and shows without a network what its user has seen last, and nobody else. */
class AppIT extends InBrowser {

    private static final double SOON = 20_000;

    @BeforeEach
    void allowWorkers() {
        reopen(new Browser.NewContextOptions().setServiceWorkers(ServiceWorkerPolicy.ALLOW));
    }

    /** The page's worker is there, and has kept what the page shows. */
    private void awaitKept() {
        until("""
                async () => {
                  if (!navigator.serviceWorker.controller) return false;
                  const view = await caches.open('view');
                  const kept = await Promise.all(['/', '/api/v1/overview', '/api/v1/series', '/api/v1/devices'].map((one) => view.match(one)));
                  return kept.every(Boolean);
                }
                """);
    }

    /** Asks in the page until it is so; the browser itself waits for no promise. */
    private void until(String question) {
        await().pollInSameThread().until(() -> (boolean) page.evaluate(question));
    }

    private void withoutNetwork(Runnable work) {
        page.context().setOffline(true);
        work.run();
        complaints.clear(); // the browser's own lines about what it could not load
        page.context().setOffline(false);
    }

    private List<String> caches() {
        return ((List<?>) page.evaluate("caches.keys()"))
                .stream().map(String::valueOf).toList();
    }

    @Test
    void canBeInstalled() {
        user("inst", "01");
        signIn(page, "inst");
        page.waitForFunction("() => navigator.serviceWorker.controller");
        CDPSession browser = page.context().newCDPSession(page);
        JsonObject manifest = browser.send("Page.getAppManifest");
        assertThat(manifest.get("url").getAsString()).isEqualTo(fixture.url() + "/assets/manifest.webmanifest");
        assertThat(manifest.getAsJsonArray("errors")).isEmpty();
        assertThat(browser.send("Page.getInstallabilityErrors").getAsJsonArray("installabilityErrors"))
                .as("but for the window of this test, which keeps nothing")
                .allSatisfy(error -> assertThat(
                                error.getAsJsonObject().get("errorId").getAsString())
                        .isEqualTo("in-incognito"));
    }

    @Test
    void lastViewIsThereWithoutANetworkAndSaysSo() {
        user("off", "01");
        reading("off", "01", "soil_moisture", 50);
        signIn(page, "off");
        assertThat(page.locator("#charts canvas")).isVisible();
        awaitKept();
        withoutNetwork(() -> {
            page.reload();
            assertThat(page.locator("#verdict")).containsText("you are offline, what you see is from");
            assertThat(page.locator(".plant")).hasCount(1);
            assertThat(page.locator(".plant.ok")).hasCount(0);
            assertThat(page.locator("#charts canvas")).isVisible();
        });
        assertThat(page.locator("#verdict"))
                .not()
                .containsText("offline", new LocatorAssertions.ContainsTextOptions().setTimeout(SOON));
    }

    @Test
    void afterSignOutNothingIsThere() {
        user("gone", "01");
        signIn(page, "gone");
        awaitKept();
        page.locator("#sign-out").click();
        page.waitForURL(fixture.url() + "/login");
        withoutNetwork(() -> {
            page.navigate(fixture.url() + "/");
            assertThat(page.locator("main")).containsText("nothing of this page is kept in this browser");
            assertThat(page.content()).doesNotContain("Board 01").doesNotContain("gone");
        });
        assertThat(caches()).doesNotContain("view");
    }

    @Test
    void nobodySeesWhatSomebodyElseHasSeen() {
        user("erste", "01");
        user("zweite");
        signIn(page, "erste");
        awaitKept();
        page.context().clearCookies(); // as when the session ends on the server
        signIn(page, "zweite");
        awaitKept();
        assertThat(page.evaluate("""
                        async () => {
                          const view = await caches.open('view');
                          const all = await Promise.all((await view.keys()).map(async (one) => (await view.match(one)).text()));
                          return all.filter((text) => text.includes('erste')).length;
                        }
                        """)).isEqualTo(0);
        withoutNetwork(() -> {
            page.reload();
            assertThat(page.locator("#user")).hasText("zweite");
            assertThat(page.locator(".plant")).hasCount(0);
            page.navigate(fixture.url() + "/plants/01");
            assertThat(page.locator("main")).containsText("nothing of this page is kept in this browser");
        });
    }

    @Test
    void anotherVersionOfThePageReplacesWhatIsKeptOfIt() {
        user("vers", "01");
        signIn(page, "vers");
        awaitKept();
        String shell = shell();
        page.evaluate("""
                async () => {
                  await caches.open('shell-of-yesterday');
                  await (await navigator.serviceWorker.ready).unregister();
                }
                """);
        page.reload();
        until("async () => (await caches.keys()).filter((one) => one.startsWith('shell')).join() === '" + shell + "'");
        assertThat(caches()).as("what was seen stays").contains("view");
    }

    private String shell() {
        return caches().stream()
                .filter(name -> name.startsWith("shell-"))
                .findFirst()
                .orElseThrow();
    }
}
