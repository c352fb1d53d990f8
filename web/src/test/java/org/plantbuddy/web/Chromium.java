package org.plantbuddy.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real browser: the Chromium this machine has. Nothing is downloaded. */
final class Chromium implements AutoCloseable {

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Path program = Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of("/usr/bin", name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no Chromium in /usr/bin; on Debian: apt-get install --no-install-recommends chromium"));
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of(
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1",
                        "PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS",
                        "1")));
        try {
            // No sandbox: as root, and in most containers, Chromium cannot make one.
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(program)
                            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** Without a worker of the page, which would come between it and what tests answer in place of the server, unless it is allowed. */
    Page page(Browser.NewContextOptions options) {
        if (options.serviceWorkers == null) {
            options.setServiceWorkers(ServiceWorkerPolicy.BLOCK);
        }
        return browser.newContext(options).newPage();
    }

    /** Signs in and returns once the page has drawn its boards and charts, or said what to do where there are none. */
    static void signIn(Page page, String url, String user, String password) {
        page.navigate(url + "/login");
        page.locator("#user").fill(user);
        page.locator("#password").fill(password);
        page.locator("button.primary").click();
        page.waitForURL(url + "/");
        page.locator("canvas, #start .card, .plant").first().waitFor();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
