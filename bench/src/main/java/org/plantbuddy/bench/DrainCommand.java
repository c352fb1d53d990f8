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
import org.plantbuddy.reading.Reading;
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
            journal.append(List.of(reading(user, "a", "mark", 0, ns)));
            for (int from = 0; from < points; from += group) {
                List<Reading> readings = new ArrayList<>();
                for (int i = from; i < Math.min(points, from + group); i++) {
                    readings.add(reading(user, "b" + i % BOARDS, "light", i, ns));
                }
                journal.append(readings);
            }
            journal.append(List.of(reading(user, "b", "mark", points, ns)));
        }
        Progress.say(points + " readings in the journal after " + (System.nanoTime() - started) / 1_000_000_000 + " s");
        Process bridge = new Contender.Bridge()
                .process(site)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        site.folder().resolve("contender.log").toFile()))
                .start();
        try {
            await(site, user, "a");
            long begun = System.nanoTime();
            await(site, user, "b");
            double seconds = (System.nanoTime() - begun) / 1e9;
            long stored = site.count(user, "light");
            if (stored != points) {
                throw new IllegalStateException("stored " + stored + " of " + points);
            }
            System.out.printf(
                    Locale.ROOT,
                    "| journal of %,d readings, %d a commit | %,.0f/s | %.1f µs |%n",
                    points,
                    group,
                    points / seconds,
                    (double) Cpu.usedUs(bridge.pid()) / points);
        } finally {
            bridge.destroy();
            bridge.waitFor();
        }
    }

    private static Reading reading(String user, String device, String sensor, int i, long ns) {
        long time = ns + i * 10_000L;
        return new Reading(new SeriesName(user, device, sensor), time, (i % 1_000) / 10.0, time);
    }

    /** A mark is a reading by itself: to look for it costs InfluxDB next to nothing, to count the others would. */
    private static void await(Site site, String user, String device) throws InterruptedException {
        while (!site.has(user, device, "mark")) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
