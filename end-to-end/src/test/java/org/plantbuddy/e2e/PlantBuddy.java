package org.plantbuddy.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * {@code plantbuddy up} as a process of its own, on free ports and a folder of its own, with the commands beside it.
 *
 * <p>The class path is this test's, which holds the whole system; everything else is as the launcher runs it.
 */
final class PlantBuddy implements AutoCloseable {

    private static final Duration UP_WITHIN = Duration.ofMinutes(2);

    private final Path data;
    private final Map<String, String> environment = new TreeMap<>();
    private Process process;
    private final Path output;
    final int mqttPort = freePort();
    final int bridgePort = freePort();
    final int webPort = freePort();
    final int influxPort = freePort();

    private PlantBuddy(Path folder, Map<String, String> more, String... options) throws IOException {
        data = folder.resolve("data");
        output = folder.resolve("up.log");
        environment.put("PLANTBUDDY_DATA", data.toString());
        environment.put("PLANTBUDDY_MQTT_BIND", "127.0.0.1");
        environment.put("PLANTBUDDY_MQTT_PORT", "" + mqttPort);
        environment.put("PLANTBUDDY_MQTT_WEBSOCKET_PORT", "" + freePort());
        environment.put("PLANTBUDDY_BRIDGE_PORT", "" + bridgePort);
        environment.put("PLANTBUDDY_WEB_PORT", "" + webPort);
        environment.put("PLANTBUDDY_INFLUX_PORT", "" + influxPort);
        environment.putAll(more);
        process = startUp(options);
    }

    private Process startUp(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("up"));
        arguments.addAll(List.of(options));
        return java(arguments)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** Starts it and waits for the line that starts with {@code ready}. */
    static PlantBuddy up(Path folder, String... options) throws IOException {
        return up(folder, Map.of(), options);
    }

    /** The same with more of its environment. */
    static PlantBuddy up(Path folder, Map<String, String> more, String... options) throws IOException {
        PlantBuddy system = new PlantBuddy(folder, more, options);
        system.awaitReady();
        return system;
    }

    /** Starts it once more, with the same data and ports. */
    void startAgain() throws IOException {
        process = startUp();
    }

    void awaitReady() {
        try {
            Awaitility.await("ready").atMost(UP_WITHIN).until(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("it ended:\n" + output());
                }
                return output().lines().anyMatch(line -> line.startsWith("ready"));
            });
        } catch (RuntimeException e) {
            close();
            throw new IllegalStateException("not ready:\n" + output(), e);
        }
    }

    private ProcessBuilder java(List<String> arguments) {
        String flags = "@" + System.getProperty("plantbuddy.root") + "/tools/jvm/";
        // A shell's background job ignores SIGINT, and so would all it starts.
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                ProcessHandle.current().info().command().orElse("java"),
                flags + "any.options",
                flags + "up.options",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dplantbuddy.root=" + System.getProperty("plantbuddy.root"),
                "org.plantbuddy.standalone.Main"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder;
    }

    /** Starts a command beside the running system that ends when it is told to. */
    Process start(String... arguments) throws IOException {
        return java(List.of(arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** What a command of {@code plantbuddy} did. */
    record Outcome(int exitCode, String output, String errors) {}

    /** Runs a command beside the running system. */
    Outcome command(String input, String... arguments) throws IOException, InterruptedException {
        return command(Map.of(), input, arguments);
    }

    /** The same with some of its environment changed. */
    Outcome command(Map<String, String> changed, String input, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = java(List.of(arguments));
        builder.environment().putAll(changed);
        Process command = builder.start();
        try (var stdin = command.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(command.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(command.waitFor(), out, errors);
    }

    /** Runs a command that must succeed, and returns what it printed. */
    String succeed(String input, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = command(input, arguments);
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException(String.join(" ", arguments) + " failed: " + outcome);
        }
        return outcome.output();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return data;
    }

    Process process() {
        return process;
    }

    /** The CSV, with its column types, that InfluxDB answers a Flux query with, asked with the read-only token. */
    String query(String flux) throws IOException, InterruptedException {
        String token =
                Files.readString(data.resolve("secrets/influx-read-token")).strip();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + influxPort + "/api/v2/query?org=plantbuddy"))
                .header("Authorization", "Token " + token)
                .header("Content-Type", "application/json")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString(new ObjectMapper()
                        .writeValueAsString(
                                Map.of("query", flux, "dialect", Map.of("annotations", List.of("datatype"))))))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("query answered " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Sends a signal to it or to one of its children. */
    static void signal(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, "" + pid).start().waitFor();
    }

    /** Ends it as Ctrl-C does, and waits. */
    int interrupt() throws IOException, InterruptedException {
        signal("INT", process.pid());
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running 90 s after SIGINT:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
