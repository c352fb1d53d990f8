package org.plantbuddy.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * The picture in the README: signs in to the page of a running {@code ./plantbuddy up --demo}, waits for the drying
 * plant's alert, and writes what it sees.
 *
 * <p>Arguments: the data folder, the file to write, and optionally {@code dark} and {@code phone}.
 */
final class Screenshot {

    private static final int WIDTH = 1280;
    private static final int PHONE_WIDTH = 390;
    private static final int HEIGHT = 844;
    private static final double SHARPNESS = 1.5;
    private static final double ALERT_WITHIN_MS = 180_000;

    private Screenshot() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: Screenshot DATA FILE [dark] [phone]");
            System.exit(2);
        }
        Properties running = properties(Path.of(args[0], "running.properties"));
        Properties login = properties(Path.of(args[0], "demo-credentials"));
        String wishes = String.join(" ", args);
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.page(new Browser.NewContextOptions()
                    .setViewportSize(wishes.contains(" phone") ? PHONE_WIDTH : WIDTH, HEIGHT)
                    .setDeviceScaleFactor(SHARPNESS)
                    .setColorScheme(wishes.contains(" dark") ? ColorScheme.DARK : ColorScheme.LIGHT));
            Chromium.signIn(page, text(running, "web"), text(login, "user.name"), text(login, "user.password"));
            awaitAlert(page);
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(Path.of(args[1])).setFullPage(true));
        }
    }

    private static void awaitAlert(Page page) {
        try {
            page.locator(".plant.crit").first().waitFor(new Locator.WaitForOptions().setTimeout(ALERT_WITHIN_MS));
        } catch (TimeoutError e) {
            System.err.println("no alert within 3 min; the picture shows none");
        }
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    private static String text(Properties properties, String key) {
        return Objects.requireNonNull(properties.getProperty(key), key + " is missing: is `up --demo` running?");
    }
}
