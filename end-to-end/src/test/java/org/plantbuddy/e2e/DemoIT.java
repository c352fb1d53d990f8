package org.plantbuddy.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up --demo}: what a newcomer types first, taken at its word. */
class DemoIT {

    private static final Pattern ALERTS_LINE = Pattern.compile("alerts +(mosquitto_sub .*)");

    private static final Pattern LOGIN = Pattern.compile("page +(\\S+) +user (\\S+) +password (\\S+)");

    @TempDir
    Path folder;

    @Test
    void alertArrivesOnThePrintedLineAndCtrlCLeavesNothingRunning() throws Exception {
        List<ProcessHandle> children;
        try (PlantBuddy demo = PlantBuddy.up(folder, "--demo")) {
            Matcher line = ALERTS_LINE.matcher(demo.output());
            assertThat(line.find()).as(demo.output()).isTrue();
            Process subscriber = new ProcessBuilder("sh", "-c", "exec " + line.group(1)).start();
            try (var reader = subscriber.inputReader()) {
                await().atMost(Duration.ofMinutes(2)).until(reader::ready);
                assertThat(reader.readLine()).contains("soil_moisture").contains("crit");
                assertThat(textOfThePage(demo)).contains("needs water");
            } finally {
                subscriber.destroy();
            }
            String counts = demo.query("from(bucket: \"plantbuddy\") |> range(start: -49h)"
                    + " |> filter(fn: (r) => r.user == \"rick\" and r._measurement == \"light\") |> count()");
            assertThat(counts).containsPattern(",(28[789]\\d|29\\d\\d),");
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(demo.data().resolve("demo-credentials"))))
                    .isEqualTo("rw-------");
            children = demo.process().descendants().toList();
            assertThat(children).isNotEmpty();
            demo.interrupt();
            assertThat(demo.output()).contains("stopping");
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Signs in with what was printed, in a real browser, and reads the alerts in force and the charts' legends. */
    private static String textOfThePage(PlantBuddy demo) {
        Matcher login = LOGIN.matcher(demo.output());
        assertThat(login.find()).as(demo.output()).isTrue();
        Map<String, String> nothingDownloaded = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        try (Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(nothingDownloaded));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of("/usr/bin/chromium"))
                                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")))) {
            Page page = browser.newPage();
            page.navigate(login.group(1) + "login");
            page.getByLabel("User name").fill(login.group(2));
            page.getByLabel("Password").fill(login.group(3));
            page.locator("button.primary").click();
            assertThat(page.locator(".chart canvas")).hasCount(5);
            return page.locator("#plants").innerText();
        }
    }
}
