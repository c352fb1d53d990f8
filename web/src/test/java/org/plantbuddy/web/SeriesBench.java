package org.plantbuddy.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.topic.SeriesName;

/**
 * How long the page waits for its lines: of user {@code big}, with ten boards of five sensors, in an InfluxDB that is filled
 * already. Run by {@code bench/series}, not by the build: its name ends as no test's does.
 */
class SeriesBench {

    private static final int TIMES = 25;

    @Test
    void series(@TempDir Path folder) throws IOException {
        MovableClock clock = new MovableClock(Clock.systemUTC().instant());
        Config config = Config.load(Map.of())
                .with(Map.of(
                        Key.WEB_PORT,
                        "0",
                        Key.INFLUX_URL,
                        System.getenv("BENCH_INFLUX_URL"),
                        Key.INFLUX_TOKEN,
                        System.getenv("BENCH_INFLUX_TOKEN")));
        try (Accounts accounts = Accounts.openFile(folder.resolve("accounts.db"), clock)) {
            accounts.users().add("big", Fixture.PASSWORD);
            for (int board = 1; board <= 10; board++) {
                String device = String.format(Locale.ROOT, "%02d", board);
                accounts.devices().add("big", device);
                Fixture.SENSORS.forEach(sensor -> accounts.sensors().admit(new SeriesName("big", device, sensor)));
            }
            try (Web web = Web.start(config, accounts, Metrics.ofProcess(), clock)) {
                Browser browser = new Browser("http://127.0.0.1:" + web.port());
                browser.signIn("big", Fixture.PASSWORD);
                for (String question : List.of(System.getenv("BENCH_QUESTIONS").split(",", -1))) {
                    measure(browser, question, clock, Duration.ofSeconds(5));
                }
                for (String question : List.of(System.getenv("BENCH_QUESTIONS").split(",", -1))) {
                    measure(browser, question, clock, Duration.ofMinutes(11));
                }
            }
        }
    }

    private static void measure(Browser browser, String question, MovableClock clock, Duration apart) {
        double[] ms = new double[TIMES];
        String body = "";
        for (int i = -5; i < TIMES; i++) {
            clock.move(apart);
            long start = System.nanoTime();
            body = browser.get("/api/v1/series" + question).body();
            if (i >= 0) {
                ms[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(ms);
        System.out.printf(
                Locale.ROOT,
                "bench series %s asked %s apart: p50 %.0f ms, p95 %.0f ms, most %.0f ms, %d kB, gzip %d kB%n",
                question.isEmpty() ? "(48 h)" : question,
                apart,
                ms[TIMES / 2],
                ms[TIMES * 95 / 100],
                ms[TIMES - 1],
                body.length() / 1000,
                gzip(body) / 1000);
    }

    private static int gzip(String body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.size();
    }
}
