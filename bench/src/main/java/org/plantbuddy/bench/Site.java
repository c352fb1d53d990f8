package org.plantbuddy.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;
import org.plantbuddy.topic.Topics;

/**
 * What all contenders share: a broker with the extension and an InfluxDB, each in a process of its own. InfluxDB runs no
 * tasks meanwhile, so that a check every ten seconds does not fall into one round and not into the other.
 */
final class Site implements AutoCloseable {

    private static final long STOPPED_WITHIN_S = 60;

    private final Path folder;
    private final Accounts accounts;
    private final InfluxdProcess influxd;
    private final Process broker;
    private final int mqttPort;
    private final Influx influx;
    private final Thread onExit = new Thread(this::stopServers, "stop-servers");
    private int users;

    private Site(Path folder, Accounts accounts, InfluxdProcess influxd, int window) throws IOException {
        this.folder = folder;
        this.accounts = accounts;
        this.influxd = influxd;
        this.influx = new Influx(
                new InfluxAddress(influxd.url().toString(), "plantbuddy", new Secret(secret("influx-operator-token"))),
                Duration.ofMinutes(1));
        ProcessBuilder builder = java(
                "ch.qos.logback.classic.spi.LogbackServiceProvider",
                "2g",
                "org.plantbuddy.broker.Main",
                Optional.empty());
        builder.environment()
                .putAll(Map.of(
                        Key.DATA.variable(), folder.toString(),
                        Key.MQTT_BIND.variable(), "127.0.0.1",
                        Key.MQTT_PORT.variable(), "0",
                        Key.MQTT_WEBSOCKET_PORT.variable(), "0",
                        Key.BROKER_METRICS_PORT.variable(), "0",
                        Key.QUOTA_BOARD.variable(), "0",
                        Key.QUOTA_USER.variable(), "0",
                        Key.MQTT_WINDOW.variable(), Integer.toString(window)));
        builder.redirectError(folder.resolve("broker.log").toFile());
        this.broker = builder.start();
        this.mqttPort = port(broker);
    }

    /**
     * Starts everything.
     *
     * @param window how many messages the broker lets a client have unacknowledged
     */
    static Site start(Path folder, int window) throws IOException {
        Files.createDirectories(folder);
        InfluxdProcess influxd =
                InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxd"), 0, "--no-tasks");
        try {
            Config config = Config.load(Map.of())
                    .with(Map.of(
                            Key.DATA,
                            folder.toString(),
                            Key.INFLUX_URL,
                            influxd.url().toString()));
            Accounts accounts = Accounts.open(config, Clock.systemUTC());
            Provision.run(config, accounts, line -> {});
            Site site = new Site(folder, accounts, influxd, window);
            Runtime.getRuntime().addShutdownHook(site.onExit);
            site.keepQueue();
            return site;
        } catch (IOException | RuntimeException e) {
            influxd.close();
            throw e;
        }
    }

    private static int port(Process broker) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready mqtt=")) {
                return Integer.parseInt(line.replaceAll("ready mqtt=(\\d+).*", "$1"));
            }
        }
        throw new IOException("the broker did not start; see broker.log");
    }

    /** A session that shares the bridge's subscription and never comes back: the queue outlives every contender. */
    private void keepQueue() throws IOException {
        try (Mqtt holder = Mqtt.connect(mqttPort, "holder", Services.BRIDGE, secret("mqtt-bridge-token"))) {
            holder.subscribe(Topics.BRIDGE_SUBSCRIPTION);
        }
    }

    /** A Java process with the class path of this one, and possibly something before it. */
    ProcessBuilder java(String logging, String heap, String main, Optional<Path> first) {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Dslf4j.provider=" + logging,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                first.map(path -> path + File.pathSeparator).orElse("") + System.getProperty("java.class.path"),
                main);
        builder.environment().keySet().removeIf(name -> name.startsWith("PLANTBUDDY_")); // only what is measured
        return builder;
    }

    /** Where and as whom a contender reads and writes, as environment variables. */
    Map<String, String> contenderEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("MQTT_SERVER", mqttUrl());
        environment.put("MQTT_USERNAME", Services.BRIDGE);
        environment.put("MQTT_PASSWORD", secret("mqtt-bridge-token"));
        environment.put("INFLUX_URL", influxd.url().toString());
        environment.put("INFLUX_TOKEN", secret("influx-bridge-token"));
        return environment;
    }

    String mqttUrl() {
        return "tcp://127.0.0.1:" + mqttPort;
    }

    Path folder() {
        return folder;
    }

    String secret(String name) throws IOException {
        return Files.readString(folder.resolve("secrets").resolve(name)).strip();
    }

    /** A user nobody has used yet. */
    String newUser() {
        String user = "round" + ++users;
        accounts.users().add(user, "only for measurements");
        return user;
    }

    /** Publishes as the web does for boards: on every reading's topic. */
    Mqtt publisher() throws IOException {
        return Mqtt.connect(mqttPort, "load", Services.WEB, secret("mqtt-web-token"))
                .forPublishing();
    }

    Accounts accounts() {
        return accounts;
    }

    long brokerPid() {
        return broker.pid();
    }

    long influxdPid() {
        return influxd.pid();
    }

    String influxUrl() {
        return influxd.url().toString();
    }

    /** The values of {@code _value}, in the order they come. */
    List<Object> query(String flux) {
        return influx.query(flux).stream()
                .flatMap(row -> Stream.ofNullable(row.value()))
                .toList();
    }

    boolean has(String user, String device, String sensor) {
        return !query("from(bucket: \"plantbuddy\") |> range(start: -1h, stop: 1h) |> filter(fn: (r) =>"
                        + " r._measurement == \""
                        + sensor + "\" and r.user == \"" + user + "\" and r.device_id == \"" + device + "\")"
                        + " |> limit(n: 1)")
                .isEmpty();
    }

    long count(String user, String sensor) {
        return query("from(bucket: \"plantbuddy\") |> range(start: -1h, stop: 1h) |> filter(fn: (r) =>"
                        + " r._measurement == \""
                        + sensor + "\" and r.user == \"" + user + "\") |> count() |> group() |> sum()")
                .stream()
                .mapToLong(value -> ((Number) value).longValue())
                .sum();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onExit);
        influx.close();
        stopServers();
        accounts.close();
    }

    /** Also when the measurement is interrupted: nothing may be left running. */
    private void stopServers() {
        broker.destroy();
        try {
            if (!broker.waitFor(STOPPED_WITHIN_S, TimeUnit.SECONDS)) {
                broker.destroyForcibly();
            }
        } catch (InterruptedException e) {
            broker.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        influxd.close();
    }
}
