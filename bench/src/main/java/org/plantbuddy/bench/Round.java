package org.plantbuddy.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One contender drains a queue that was filled before it started, so nothing but broker, contender and InfluxDB runs while
 * it is measured. Time runs from the moment the first mark can be queried to the moment the second can.
 */
final class Round {

    private static final Duration LONGEST = Duration.ofMinutes(4);
    private static final long LOOK_MS = 50;

    private final Site site;
    private final Contender contender;
    private final Load load;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Round(Site site, Contender contender, Load load) {
        this.site = site;
        this.contender = contender;
        this.load = load;
    }

    /**
     * What was measured between the marks.
     *
     * @param contenderUs CPU time of the contender a message; the broker's and InfluxDB's likewise
     * @param stored how many of the readings InfluxDB has in the end, warm ones included; -1 where none are stored
     */
    record Result(
            String contender,
            double perSecond,
            double contenderUs,
            double brokerUs,
            double influxUs,
            long peakMib,
            long stored,
            long sent) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-55s %7.0f/s  CPU µs a message: contender %5.1f broker %5.1f influxd %5.1f  peak %d MiB  %s",
                    contender,
                    perSecond,
                    contenderUs,
                    brokerUs,
                    influxUs,
                    peakMib,
                    stored < 0 ? "nothing stored" : "stored " + stored + " of " + sent);
        }
    }

    static Result run(Site site, Contender contender, int warm, int measured, int boards)
            throws IOException, InterruptedException {
        Load load = new Load(site.newUser(), warm, measured, boards);
        try (Mqtt publisher = site.publisher()) {
            load.fill(publisher);
        }
        return new Round(site, contender, load).run();
    }

    private Result run() throws IOException, InterruptedException {
        Process process = start();
        Thread onExit = new Thread(process::destroyForcibly, "stop-contender");
        Runtime.getRuntime().addShutdownHook(onExit);
        try {
            await(process, "a");
            long begun = System.nanoTime();
            long[] before = cpu(process);
            await(process, "b");
            double seconds = (System.nanoTime() - begun) / 1e9;
            long[] after = cpu(process);
            double messages = load.measured();
            return new Result(
                    contender.name(),
                    messages / seconds,
                    (after[0] - before[0]) / messages,
                    (after[1] - before[1]) / messages,
                    (after[2] - before[2]) / messages,
                    Cpu.peakMib(process.pid()),
                    stored(),
                    load.total());
        } finally {
            Runtime.getRuntime().removeShutdownHook(onExit);
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = contender.process(site);
        Path log = site.folder().resolve("contender.log");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (!(contender instanceof Contender.NoOp)) {
            return builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }
        Process process = builder.start();
        BufferedReader marks = process.inputReader();
        Thread reader = new Thread(() -> marks.lines().forEach(seen::add), "marks");
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    private long[] cpu(Process process) throws IOException {
        return new long[] {Cpu.usedUs(process.pid()), Cpu.usedUs(site.brokerPid()), Cpu.usedUs(site.influxdPid())};
    }

    private void await(Process process, String device) throws IOException, InterruptedException {
        long until = System.nanoTime() + LONGEST.toNanos();
        while (!reached(device)) {
            if (!process.isAlive()) {
                throw new IOException(contender.name() + " has ended; see contender.log in " + site.folder());
            }
            if (System.nanoTime() > until) {
                throw new IOException(contender.name() + " did not reach mark " + device + " within " + LONGEST);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private boolean reached(String device) {
        return contender instanceof Contender.NoOp
                ? seen.contains(load.mark(device))
                : site.has(load.user(), device, "mark");
    }

    /** The mark is the last message: whatever is not stored with it can only be on its way for a moment. */
    private long stored() throws InterruptedException {
        if (contender instanceof Contender.NoOp) {
            return -1;
        }
        long stored = site.count(load.user(), "light");
        for (int look = 0; stored < load.total() && look < 20; look++) {
            TimeUnit.MILLISECONDS.sleep(250);
            stored = site.count(load.user(), "light");
        }
        return stored;
    }
}
