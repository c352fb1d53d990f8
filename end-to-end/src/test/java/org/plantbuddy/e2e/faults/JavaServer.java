package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Key;

/** Broker or bridge, on the class path of this test, which holds the whole system. */
final class JavaServer implements Server {

    private static final int LINES_SHOWN = 30;

    private final String name;
    private final Path log;
    private final Map<String, String> environment;
    private final List<String> arguments;
    private final BooleanSupplier ready;
    private @Nullable Process process;

    /**
     * @param ready whether it answers now
     * @param arguments of {@code java}, without the class path
     */
    JavaServer(String name, Path log, Map<String, String> environment, BooleanSupplier ready, String... arguments) {
        this.name = name;
        this.log = log;
        this.environment = Map.copyOf(environment);
        this.ready = ready;
        this.arguments = List.of(arguments);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start() throws IOException {
        start(Map.of());
    }

    /** Starts it with some keys set otherwise. */
    void start(Map<String, String> otherwise) throws IOException {
        Map<String, String> keys = new TreeMap<>(environment);
        keys.putAll(otherwise);
        process = java(arguments, keys)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** A Java process that knows these {@code PLANTBUDDY_*} keys and no others. */
    static ProcessBuilder java(List<String> arguments, Map<String, String> keys) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-XX:+UseSerialGC"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(key -> key.startsWith("PLANTBUDDY_"));
        builder.environment().put(Key.BROKER_METRICS_PORT.variable(), "0"); // tests run side by side
        builder.environment().putAll(keys);
        return builder;
    }

    @Override
    public boolean isReady() {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException(name + " has ended: " + lastLines());
        }
        return ready.getAsBoolean();
    }

    /** The folder of a test is gone when one reads of it. */
    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public long pid() {
        return running().pid();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return process;
    }

    @Override
    public void reap() throws InterruptedException {
        running().waitFor();
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
