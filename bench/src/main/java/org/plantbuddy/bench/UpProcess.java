package org.plantbuddy.bench;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;

/** The whole system as people start it: {@code plantbuddy up}, on free ports and a folder of its own. */
final class UpProcess implements AutoCloseable {

    private static final int READY_WITHIN_S = 600; // it may have to be built

    private final Path data;
    private final Process process;
    private final Properties running = new Properties();

    private UpProcess(Path data, Process process) {
        this.data = data;
        this.process = process;
    }

    /**
     * Starts it and waits until it says that it is ready.
     *
     * @param launcher the {@code plantbuddy} of the checkout that is measured
     */
    static UpProcess start(Path launcher) throws IOException, InterruptedException {
        return start(launcher, "");
    }

    /**
     * The same.
     *
     * @param jvmOptions what more Java is told
     */
    static UpProcess start(Path launcher, String jvmOptions) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("plantbuddy-bench");
        Path log = data.resolve("up.log");
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "up");
        builder.environment()
                .putAll(Map.of(Key.DATA.variable(), data.toString(), Key.MQTT_BIND.variable(), "127.0.0.1"));
        if (!jvmOptions.isEmpty()) { // an older version does not know it
            builder.environment().put("PLANTBUDDY_JVM_OPTIONS", jvmOptions);
        }
        for (Key port :
                List.of(Key.MQTT_PORT, Key.MQTT_WEBSOCKET_PORT, Key.BRIDGE_PORT, Key.WEB_PORT, Key.INFLUX_PORT)) {
            builder.environment().put(port.variable(), "0");
        }
        UpProcess up = new UpProcess(
                data,
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
        for (int i = 0; i < READY_WITHIN_S * 10 && up.process.isAlive(); i++) {
            if (Files.readAllLines(log).stream().anyMatch(line -> line.startsWith("ready"))) {
                try (Reader reader = Files.newBufferedReader(data.resolve("running.properties"))) {
                    up.running.load(reader);
                }
                return up;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        up.close();
        throw new IOException(launcher + " up is not ready; see " + log);
    }

    int port(String part) {
        return URI.create(running.getProperty(part)).getPort();
    }

    /** Its accounts; to be closed by who asked. */
    Accounts accounts() {
        return Accounts.open(Config.load(Map.of()).with(Map.of(Key.DATA, data.toString())), Clock.systemUTC());
    }

    /** A client that may only read. */
    Influx influx() throws IOException {
        String token =
                Files.readString(data.resolve("secrets/influx-read-token")).strip();
        return new Influx(
                new InfluxAddress(running.getProperty("influx", ""), "plantbuddy", new Secret(token)),
                Duration.ofSeconds(30));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** CPU time that it used so far, without its InfluxDB, in µs. */
    long usedUs() throws IOException {
        return Cpu.usedUs(process.pid());
    }

    /** The most memory it and the InfluxDB it runs had resident, MiB. */
    long peakMib() throws IOException {
        long mib = Cpu.peakMib(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            mib += Cpu.peakMib(child.pid());
        }
        return mib;
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
}
