package org.plantbuddy.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Signs in to a page that runs and takes its picture.
 *
 * <p>Arguments: address, user, file to write, and optionally {@code dark} and {@code phone}. The password comes on
 * standard input, so that it stands in no process list.
 */
final class Screenshot {

    private static final int WIDTH = 1280;
    private static final int PHONE_WIDTH = 390;
    private static final int HEIGHT = 844;

    private Screenshot() {}

    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            System.err.println("usage: Screenshot ADDRESS USER FILE [dark] [phone] < PASSWORD");
            System.exit(2);
        }
        String password;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            password = Objects.requireNonNull(in.readLine(), "no password on standard input");
        }
        String wishes = String.join(" ", args);
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.page(new Browser.NewContextOptions()
                    .setViewportSize(wishes.contains(" phone") ? PHONE_WIDTH : WIDTH, HEIGHT)
                    .setDeviceScaleFactor(wishes.contains(" phone") ? 2 : 1.5)
                    .setColorScheme(wishes.contains(" dark") ? ColorScheme.DARK : ColorScheme.LIGHT));
            Chromium.signIn(page, args[0], args[1], password);
            page.locator("#alerts > *").first().waitFor();
            page.screenshot(
                    new Page.ScreenshotOptions().setPath(Path.of(args[2])).setFullPage(true));
        }
    }
}
