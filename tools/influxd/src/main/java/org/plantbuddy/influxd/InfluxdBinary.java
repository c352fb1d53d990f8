package org.plantbuddy.influxd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds the {@code influxd} to run, getting one first where the machine has none. */
public final class InfluxdBinary {
    private InfluxdBinary() {}

    /**
     * The binary named by {@code PLANTBUDDY_INFLUXD}, else what {@code tools/influxd/influxd} under the system property
     * {@code plantbuddy.root} comes up with. That may take minutes the first time; its progress goes to stderr.
     *
     * @throws IOException with what to do, when there is no way to get one
     */
    public static Path locate() throws IOException {
        String given = System.getenv("PLANTBUDDY_INFLUXD");
        if (given != null && !given.isBlank()) {
            Path binary = Path.of(given);
            if (!Files.isExecutable(binary)) {
                throw new IOException(
                        "PLANTBUDDY_INFLUXD=" + given + " is not a program; set it to InfluxDB 2's influxd");
            }
            return binary.toAbsolutePath();
        }
        return fromScript(System.getProperty("plantbuddy.root"));
    }

    private static Path fromScript(@Nullable String root) throws IOException {
        if (root == null) {
            throw new IOException("no influxd to run: set PLANTBUDDY_INFLUXD to InfluxDB 2's influxd, or start through"
                    + " ./plantbuddy, which gets one");
        }
        Path script = Path.of(root, "tools", "influxd", "influxd");
        Process process = new ProcessBuilder(script.toString()).start();
        Thread progress = new Thread(() -> passOn(process), "influxd-progress");
        progress.setDaemon(true);
        progress.start();
        try (BufferedReader answer = process.inputReader(StandardCharsets.UTF_8)) {
            String path = answer.readLine();
            int status = process.waitFor();
            progress.join();
            if (status != 0 || path == null) {
                throw new IOException(script + " found no influxd (exit code " + status + "); it says why on stderr");
            }
            return Path.of(path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while getting influxd");
        } finally {
            process.destroy();
        }
    }

    private static void passOn(Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(System.err::println);
        } catch (IOException | UncheckedIOException e) {
            // The process is gone; its exit code is what counts.
        }
    }
}
