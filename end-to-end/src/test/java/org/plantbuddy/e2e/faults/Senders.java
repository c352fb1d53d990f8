package org.plantbuddy.e2e.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code simulate load} as a process: boards that send numbers, again where they must, and a ledger of the answers. */
final class Senders implements AutoCloseable {

    static final int RATE = 2_000;

    private static final Pattern FIGURE = Pattern.compile("(\\w+)=(\\d+)");
    private static final Pattern ACKNOWLEDGED = Pattern.compile("(\\d+) acknowledged .*");

    private final ProcessBuilder builder;
    private final Path ledger;
    private final long first;
    private @Nullable Process process;
    private @Nullable Thread listener;
    private final Thread lastResort = new Thread(this::kill);
    private volatile Progress progress = new Progress(0, 0, 0, 0, 0, 0);

    /**
     * Where they are.
     *
     * @param inFlight published and not answered
     * @param refused how often the broker refused one; it is sent again
     * @param again how often one was sent again on a new connection
     * @param dup how many of those with DUP, in a session the broker had kept
     */
    record Progress(long sent, long acknowledged, long inFlight, long refused, long again, long dup) {}

    /** They will send {@code first}, {@code first + 1}, …; the even ones with their time. */
    Senders(Fleet fleet, long first, Duration duration) {
        this.first = first;
        ledger = fleet.folder.resolve("ledger-" + first);
        builder = JavaServer.java(
                        List.of(
                                "-Xmx512m",
                                "-XX:TieredStopAtLevel=1",
                                "org.plantbuddy.standalone.Main",
                                "simulate",
                                "load",
                                "--host=127.0.0.1",
                                "--port=" + fleet.mqttPort,
                                "--credentials=" + fleet.boards(),
                                "--rate=" + RATE,
                                "--for=" + duration.toSeconds() + "s",
                                "--first=" + first,
                                "--mixed-time",
                                "--patience=180s",
                                "--progress=50ms",
                                "--ledger=" + ledger),
                        Map.of())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        fleet.folder.resolve("senders.log").toFile()));
    }

    void start() throws IOException {
        Runtime.getRuntime().addShutdownHook(lastResort);
        Process started = builder.start();
        process = started;
        Thread reader = new Thread(() -> listen(started), "senders");
        reader.setDaemon(true);
        reader.start();
        listener = reader;
    }

    private void listen(Process started) {
        try (BufferedReader lines = started.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Progress old = progress;
                progress = new Progress(
                        figure(line, "sent", old.sent),
                        figure(line, "acknowledged", old.acknowledged),
                        figure(line, "in_flight", 0),
                        figure(line, "refused", old.refused),
                        figure(line, "sent_again", old.again),
                        figure(line, "with_dup", old.dup));
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private static long figure(String line, String name, long otherwise) {
        Matcher matcher = FIGURE.matcher(line);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return Long.parseLong(matcher.group(2));
            }
        }
        return otherwise;
    }

    Progress progress() {
        return progress;
    }

    long first() {
        return first;
    }

    /** Not even a harness that is interrupted leaves processes behind. */
    private void kill() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** Sends nothing new; returns when all that was sent is answered, or the senders have lost their patience. */
    void stop() throws InterruptedException {
        if (process != null) {
            process.toHandle().destroy(); // the process itself would close the stream of their last word
        }
        awaitEnd();
    }

    /** Returns when all is sent and answered, or the senders have lost their patience. */
    void awaitEnd() throws InterruptedException {
        if (process != null && listener != null) {
            process.waitFor();
            listener.join(); // has heard their last word
        }
    }

    /** The acknowledged numbers, less {@link #first()}. */
    BitSet acknowledged() {
        BitSet acknowledged = new BitSet();
        try (Stream<String> lines = Files.lines(ledger)) {
            lines.map(ACKNOWLEDGED::matcher)
                    .filter(Matcher::matches)
                    .forEach(line -> acknowledged.set(Math.toIntExact(Long.parseLong(line.group(1)) - first)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return acknowledged;
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
