package org.plantbuddy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.Reading;
import org.plantbuddy.topic.SeriesName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A journal that filled up while InfluxDB was away, and how fast it empties; and what InfluxDB takes of plain batches of
 * 5,000 lines. The journal is written as the bridge writes it, in groups of what one commit takes at full speed.
 */
@Command(name = "drain", description = "Points a second from a full journal, and raw writes beside it.")
final class DrainCommand implements Callable<Integer> {

    private static final int BOARDS = 100;
    private static final long BEGUN_S = 60;

    @Option(names = "--points", defaultValue = "1000000", description = "in the journal")
    private int points;

    @Option(names = "--group", split = ",", defaultValue = "50,1000", description = "readings in a commit")
    @SuppressWarnings("NullAway.Init")
    private List<Integer> groups;

    @Override
    public Integer call() throws Exception {
        try (Site site = Site.start(Files.createTempDirectory("plantbuddy-bench"), 1_000)) {
            for (int group : groups) {
                drain(site, group);
            }
            double raw = RawWrites.run(site, points);
            System.out.printf(Locale.ROOT, "| raw writes of 5,000 lines, gzip, one at a time | %,.0f/s |%n", raw);
        }
        return 0;
    }

    private void drain(Site site, int group) throws Exception {
        String user = site.newUser();
        Path folder = site.folder().resolve("journal-bridge-1");
        long started = System.nanoTime();
        try (Journal journal = Journal.open(folder, 10L << 30, Clock.systemUTC())) {
            long ns = (System.currentTimeMillis() / 1_000 - BEGUN_S) * 1_000_000_000;
            for (int from = 0; from < points; from += group) {
                List<Reading> readings = new ArrayList<>();
                for (int i = from; i < Math.min(points, from + group); i++) {
                    SeriesName series = new SeriesName(user, "b" + i % BOARDS, "light");
                    readings.add(new Reading(series, ns + i * 10_000L, (i % 1_000) / 10.0, ns + i * 10_000L));
                }
                journal.append(readings);
            }
        }
        Progress.say(points + " readings in the journal after " + (System.nanoTime() - started) / 1_000_000_000 + " s");
        Process bridge = new Contender.Bridge()
                .process(site)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        site.folder().resolve("contender.log").toFile()))
                .start();
        try {
            long first = awaitCount(site, user, 1);
            long begun = System.nanoTime();
            long last = awaitCount(site, user, points);
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "| journal of %,d readings, %d a commit | %,.0f/s | %.1f µs |%n",
                    points,
                    group,
                    (last - first) / seconds,
                    (double) Cpu.usedUs(bridge.pid()) / points);
        } finally {
            bridge.destroy();
            bridge.waitFor();
        }
    }

    private static long awaitCount(Site site, String user, long least) throws InterruptedException {
        while (true) {
            long count = site.count(user, "light");
            if (count >= least) {
                return count;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
