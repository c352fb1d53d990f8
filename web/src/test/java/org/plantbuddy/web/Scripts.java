package org.plantbuddy.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.plantbuddy.web.http.Assets;

/** The page's scripts in a browser, without a server: as modules below {@code /}, WebJars below {@code /webjars/}. */
final class Scripts implements AutoCloseable {

    static final Path FOLDER =
            Path.of(System.getProperty("plantbuddy.root"), "web/src/main/resources/org/plantbuddy/web");

    private static final Assets ASSETS = new Assets();

    final Page page;
    private final Chromium chromium;

    private Scripts(Chromium chromium, String locale, String language, String unit) {
        this.chromium = chromium;
        page = in(
                chromium.page(new Browser.NewContextOptions().setLocale(locale).setTimezoneId("Europe/Vienna"))
                        .context(),
                language,
                unit);
    }

    /** Another window of readers with other settings. */
    static Page in(BrowserContext readers, String language, String unit) {
        Page page = readers.newPage();
        String html = "<!DOCTYPE html><html lang=" + language + " data-temperature=" + unit + "><title>scripts</title>";
        page.route("**/*", route -> answer(route, html));
        page.navigate("http://scripts.test/");
        return page;
    }

    static Scripts open() {
        return open("en-GB", "en", "C");
    }

    /** For a reader with another browser, language and unit of temperatures. */
    static Scripts open(String locale, String language, String unit) {
        return new Scripts(Chromium.start(), locale, language, unit);
    }

    /** Their file names. */
    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".js"))
                    .sorted()
                    .toList();
        }
    }

    /** Where a file of a WebJar is served. */
    static String webjar(String name, String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                Scripts.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/" + name + "/pom.properties")) {
            properties.load(in);
        }
        return "/webjars/" + name + "/" + properties.getProperty("version") + "/" + file;
    }

    private static void answer(Route route, String page) {
        String path = URI.create(route.request().url()).getPath();
        Route.FulfillOptions answer =
                new Route.FulfillOptions().setContentType(path.equals("/") ? "text/html" : "text/javascript");
        try {
            if (path.equals("/")) {
                answer.setBody(page);
            } else if (path.matches("/text-.*")) {
                answer.setBody(ASSETS.text(path.substring(1)));
            } else if (path.startsWith("/webjars/")) {
                try (InputStream in = Scripts.class.getResourceAsStream("/META-INF/resources" + path)) {
                    answer.setBodyBytes(in.readAllBytes());
                }
            } else {
                answer.setBodyBytes(Files.readAllBytes(FOLDER.resolve(path.substring(1))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        route.fulfill(answer);
    }

    @Override
    public void close() {
        chromium.close();
    }
}
