package org.plantbuddy.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;

/**
 * A test that looks at the page in a browser. The page with its databases, and the browser, start with the first such class
 * and end after the last of a JVM; each test has a window of its own, in which the browser must complain of nothing.
 */
@ExtendWith(InBrowser.Once.class)
abstract class InBrowser {

    static Fixture fixture;
    static Chromium chromium;

    final List<String> complaints = new ArrayList<>();
    Page page;

    @BeforeAll
    static void startPage(Started started) {
        fixture = started.fixture;
        chromium = started.chromium;
    }

    @BeforeEach
    void openWindow() {
        open(new Browser.NewContextOptions());
    }

    @AfterEach
    void closeWindow() {
        page.context().close();
        assertThat(complaints).as("what the browser complained about").isEmpty();
    }

    /** Looks through another window from here on. */
    final void reopen(Browser.NewContextOptions options) {
        page.context().close();
        open(options);
    }

    private void open(Browser.NewContextOptions options) {
        page = chromium.page(options);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    static void signIn(Page page, String user) {
        Chromium.signIn(page, fixture.url(), user, Fixture.PASSWORD);
    }

    static void user(String user, String... boards) {
        fixture.accounts.users().add(user, Fixture.PASSWORD);
        for (String board : boards) {
            fixture.accounts.devices().add(user, board);
        }
    }

    static void reading(String user, String board, String sensor, double value) {
        reading(user, board, sensor, value, Instant.now());
    }

    static void reading(String user, String board, String sensor, double value, Instant at) {
        fixture.accounts.sensors().admit(new SeriesName(user, board, sensor));
        fixture.write(
                "plantbuddy",
                List.of(sensor + ",user=" + user + ",device_id=" + board + " reading=" + value + " "
                        + at.getEpochSecond()));
    }

    /** Sets it without the page. */
    static void threshold(String user, String board, String sensor, String fields) {
        fixture.write(
                "settings",
                List.of("threshold,user=" + user + ",device_id=" + board + ",sensor=" + sensor + " " + fields
                        + ",enabled=true 0"));
    }

    static void alert(
            String user, String sensor, Level level, double reading, String threshold, String message, Instant at) {
        long ns = at.toEpochMilli() * 1_000_000;
        fixture.accounts
                .alerts()
                .store(new Alert(
                        user + sensor + ns,
                        user,
                        "01",
                        sensor,
                        level,
                        level == Level.OK ? Level.CRIT : Level.OK,
                        OptionalDouble.of(reading),
                        threshold,
                        message,
                        ns,
                        ns));
    }

    /** How many pixels of a canvas have about this CSS colour, also half transparent, right of a part of its width. */
    static int inked(Locator canvas, String colour, double from) {
        return ((Number) canvas.evaluate("""
                        (canvas, [colour, from]) => {
                          const pen = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
                          pen.fillStyle = colour;
                          pen.fillRect(0, 0, 1, 1);
                          const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
                          const left = Math.ceil(canvas.width * from);
                          const { data } = canvas.getContext('2d').getImageData(left, 0, canvas.width - left, canvas.height);
                          let count = 0;
                          for (let i = 0; i < data.length; i += 4) {
                            const far = Math.max(Math.abs(data[i] - r), Math.abs(data[i + 1] - g), Math.abs(data[i + 2] - b));
                            if (data[i + 3] > 60 && far < 12) count++;
                          }
                          return count;
                        }
                        """, List.of(colour, from))).intValue();
    }

    /** All that runs for these tests. */
    record Started(Path folder, Fixture fixture, Chromium chromium) implements AutoCloseable {

        static Started start() {
            try {
                Path folder = Files.createTempDirectory("looked-at");
                Fixture fixture = Fixture.start(folder, Clock.systemUTC(), Map.of());
                fixture.check();
                return new Started(folder, fixture, Chromium.start());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            chromium.close();
            fixture.close();
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    /** JUnit closes what it keeps for its session when the last test of this JVM is done. */
    static final class Once implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType() == Started.class;
        }

        @Override
        public Started resolveParameter(ParameterContext parameter, ExtensionContext test) {
            return test.getStore(ExtensionContext.StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Started.class, key -> Started.start(), Started.class);
        }
    }
}
