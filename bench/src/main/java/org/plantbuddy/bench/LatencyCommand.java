package org.plantbuddy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From PUBLISH to queryable: numbered readings of one board at a steady rate, while a reader asks InfluxDB for the newest
 * number again and again. A reading counts as queryable when an answer that holds it, or a later one, has arrived.
 */
@Command(name = "latency", description = "Time from PUBLISH until a query finds the reading.")
final class LatencyCommand implements Callable<Integer> {

    @Option(names = "--rate", defaultValue = "100", description = "readings a second")
    private int rate;

    @Option(names = "--seconds", defaultValue = "20", description = "how long each contender is measured")
    private int seconds;

    @Option(names = "--window", defaultValue = "1000", description = "the broker's window of unacknowledged messages")
    private int window;

    @Override
    public Integer call() throws Exception {
        try (Site site = Site.start(Files.createTempDirectory("plantbuddy-bench"), window)) {
            for (Contender contender :
                    List.of(new Contender.Bridge(), Contender.Telegraf.of(1, window, 5_000, "200ms"))) {
                report(contender, measure(site, contender));
            }
        }
        return 0;
    }

    private double[] measure(Site site, Contender contender) throws Exception {
        String user = site.newUser();
        Path log = site.folder().resolve("contender.log");
        Process process = contender
                .process(site)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (Mqtt publisher = site.publisher()) {
            int warm = 5 * rate;
            int count = warm + seconds * rate;
            AtomicLongArray sent = new AtomicLongArray(count);
            AtomicBoolean failed = new AtomicBoolean();
            Thread sender = new Thread(() -> failed.set(!send(publisher, user, sent)), "sender");
            sender.start();
            List<Double> milliseconds = new ArrayList<>();
            for (int seen = 0; seen < count && !failed.get(); ) {
                int newest = newest(site, user);
                long now = System.nanoTime();
                for (; seen <= newest; seen++) {
                    if (seen >= warm) {
                        milliseconds.add((now - sent.get(seen)) / 1e6);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
            sender.join();
            return milliseconds.stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private boolean send(Mqtt publisher, String user, AtomicLongArray sent) {
        try {
            long begun = System.nanoTime();
            for (int i = 0; i < sent.length(); i++) {
                TimeUnit.NANOSECONDS.sleep(begun + i * 1_000_000_000L / rate - System.nanoTime());
                sent.set(i, System.nanoTime());
                publisher.publish("plantbuddy/" + user + "/b0/light", Integer.toString(i));
                publisher.flush();
            }
            return true;
        } catch (Exception e) {
            Progress.say("sender failed: " + e);
            return false;
        }
    }

    private static int newest(Site site, String user) {
        return site
                .query("from(bucket: \"plantbuddy\") |> range(start: -10s, stop: 1h) |> filter(fn: (r) =>"
                        + " r._measurement == \"light\" and r.user == \"" + user + "\") |> last()")
                .stream()
                .mapToInt(value -> ((Number) value).intValue())
                .max()
                .orElse(-1);
    }

    private void report(Contender contender, double[] sorted) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d/s | %d | %.0f ms | %.0f ms | %.0f ms |%n",
                contender.name(),
                rate,
                sorted.length,
                at(sorted, 0.5),
                at(sorted, 0.99),
                Arrays.stream(sorted).max().orElse(0));
    }

    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1.0, sorted.length * quantile)];
    }
}
