package org.plantbuddy.bench;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import org.plantbuddy.config.Key;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Users who each have a page open and a board that publishes once a second, and pages among them that never read. */
@Command(name = "pages", description = "What open pages cost, and how late a reading is on them.")
final class PagesCommand implements Callable<Integer> {

    private static final int READY_WITHIN_S = 120;

    @Option(names = "--pages", defaultValue = "1000", description = "how many, of a user each")
    private int pages;

    @Option(names = "--dead", defaultValue = "20", description = "how many more there are that never read")
    private int dead;

    @Option(names = "--a-second", defaultValue = "1000", description = "readings")
    private int aSecond;

    @Option(names = "--seconds", defaultValue = "60", description = "how long is measured, after 10 s that are not")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        try (Site site = Site.start(Files.createTempDirectory("plantbuddy-bench"), 50);
                WebProcess web = WebProcess.start(
                        site.folder(),
                        Map.of(
                                Key.DATA, site.folder().toString(),
                                Key.INFLUX_URL, site.influxUrl(),
                                Key.INFLUX_TOKEN, site.secret("influx-web-token"),
                                Key.MQTT_URL, site.mqttUrl(),
                                Key.MQTT_TOKEN, site.secret("mqtt-web-token")));
                OpenPages open = new OpenPages(web.port())) {
            open(site.accounts(), open);
            try (Mqtt load = site.publisher()) {
                publish(load, open, 10);
                TimeUnit.SECONDS.sleep(1);
                open.forget();
                long cpu = web.usedUs();
                publish(load, open, seconds);
                double ofACore = (web.usedUs() - cpu) / 1e6 / seconds;
                TimeUnit.SECONDS.sleep(1);
                System.out.println("| pages | that never read | readings/s | heard | delay, ms: median, p99, longest"
                        + " | ended | page: CPU of a core | resident at most, MiB |");
                System.out.println("|---|---|---|---|---|---|---|---|");
                System.out.printf(
                        Locale.ROOT,
                        "| %d | %d | %d | %d of %d | %.1f, %.1f, %.1f | %d | %.0f %% | %d |%n",
                        pages,
                        dead,
                        aSecond,
                        open.heard(),
                        aSecond * seconds,
                        open.delay(0.5),
                        open.delay(0.99),
                        open.delay(1),
                        open.ended(),
                        ofACore * 100,
                        web.peakMib());
            }
            return open.heard() == aSecond * seconds && open.ended() == 0 ? 0 : 1;
        }
    }

    private void open(Accounts accounts, OpenPages open) throws Exception {
        for (int i = 0; i < pages; i++) {
            accounts.users().invite("u" + i, Duration.ofDays(1));
            String token = accounts.appTokens().create("u" + i, "page", Set.of(Scope.READ), Optional.empty());
            open.open(token);
            if (i < dead) {
                open.openDead(token);
            }
        }
        open.listen();
        for (int i = 0; open.ready() < pages; i++) {
            if (i > READY_WITHIN_S * 10) {
                throw new IllegalStateException(open.ready() + " of " + pages + " pages hear");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Progress.say(pages + " pages are open");
    }

    private void publish(Mqtt load, OpenPages open, int seconds) throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < aSecond * seconds; i++) {
            long due = begun + i * 1_000_000_000L / aSecond;
            if (System.nanoTime() < due) {
                load.flush();
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            }
            load.publish("plantbuddy/u" + i % pages + "/01/light", Double.toString(open.now()));
        }
        load.awaitAcknowledged();
    }
}
