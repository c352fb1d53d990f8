package org.plantbuddy.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The command-line clients of Eclipse Mosquitto, with which Plant Buddy shares no code.
 *
 * @param port of the broker
 * @param username empty: anonymous
 */
record Mosquitto(int port, String username, String password) {

    private List<String> command(String program, String... options) {
        List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", "" + port));
        if (!username.isEmpty()) {
            command.addAll(List.of("-u", username, "-P", password));
        }
        command.addAll(List.of(options));
        return command;
    }

    /** What a client did: its exit code, and what it said on both of its outputs. */
    record Outcome(int exitCode, String said) {}

    /** Publishes one message at QoS 1. */
    Outcome publish(String version, String topic, String payload, String... more)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("-V", version, "-q", "1", "-t", topic, "-m", payload));
        options.addAll(List.of(more));
        Process process = new ProcessBuilder(command("mosquitto_pub", options.toArray(String[]::new)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Outcome(process.exitValue(), said);
    }

    /** Subscribes until closed. */
    Subscription subscribe(String... options) throws IOException {
        Process process = new ProcessBuilder(command("mosquitto_sub", options))
                .redirectErrorStream(true)
                .start();
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(() -> collect(process, lines), "mosquitto_sub");
        reader.setDaemon(true);
        reader.start();
        return new Subscription(process, lines);
    }

    private static void collect(Process process, Queue<String> lines) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running {@code mosquitto_sub} and the lines it has printed. */
    record Subscription(Process process, Queue<String> lines) implements AutoCloseable {

        boolean ended(long seconds) throws InterruptedException {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
