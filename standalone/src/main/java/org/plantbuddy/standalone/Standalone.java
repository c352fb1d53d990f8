package org.plantbuddy.standalone;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.bridge.Bridge;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;
import org.plantbuddy.process.DiskRoom;
import org.plantbuddy.process.Metrics;
import org.plantbuddy.tls.Identity;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.web.Web;
import org.plantbuddy.web.operator.Probes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system in this process, with InfluxDB as its child.
 *
 * <p>It starts sinks first and sources last, and stops in reverse, so that nothing arrives where nobody is yet. Only InfluxDB
 * and the broker start side by side: they need nothing of each other, and the bridge between them starts after both. What
 * started before a failure is stopped again.
 */
final class Standalone implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Standalone.class);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Config config;
    private final Progress progress;
    private final Path data;
    private @Nullable Running running;
    private @Nullable Accounts accounts;

    private Standalone(Config config, Progress progress) {
        this.config = config;
        this.progress = progress;
        this.data = config.path(Key.DATA);
    }

    /** A part that runs, and how it is stopped. */
    private record Part(String name, AutoCloseable handle) {}

    /**
     * Starts everything and returns once every part answers.
     *
     * @param progress told of each step
     * @throws UsageException when a port, the data folder or InfluxDB is not to be had
     */
    static Standalone start(Config config, Progress progress) throws Exception {
        Standalone system = new Standalone(config, progress);
        try {
            system.startParts();
            return system;
        } catch (Exception e) {
            system.close();
            throw e;
        }
    }

    private void startParts() throws Exception {
        DiskRoom.of(data, config).tooLittleToStart().ifPresent(tooLittle -> {
            throw new UsageException(tooLittle);
        });
        keep("data folder", DataFolder.claim(data));
        InfluxdProcess.stopLeftBehind(influxdData()); // it has the port of the one to come
        Ports.requireFree(config);
        Accounts opened = keep("accounts", Accounts.open(config, Clock.systemUTC()));
        accounts = opened;
        progress.step("starting the broker");
        FutureTask<EmbeddedBroker> starting = new FutureTask<>(() -> EmbeddedBroker.start(config));
        Thread beside = new Thread(starting, "broker-start");
        beside.start();
        Config withInflux;
        try {
            withInflux = withInflux(opened);
        } catch (Exception e) {
            beside.interrupt();
            stop(starting);
            throw e;
        }
        EmbeddedBroker broker = keep("broker", started(starting));
        Config connected = withInflux.with(Map.of(Key.MQTT_URL, "tcp://127.0.0.1:" + broker.mqttPort()));

        progress.step("starting the bridge");
        PrometheusMeterRegistry meters = Metrics.ofProcess();
        broker.measure(meters);
        Config watching = config.speaksTls() ? connected.with(Map.of(Key.TLS_WATCH, watched(broker))) : connected;
        Bridge bridge = keep("bridge", Bridge.start(bridgeConfig(watching), opened, meters, Clock.systemUTC()));

        progress.step("starting the web page");
        Web web = keep(
                "web",
                Web.start(
                        webConfig(connected)
                                .with(Map.of(
                                        Key.BRIDGE_PORT, Integer.toString(bridge.httpPort()),
                                        Key.MQTT_PORT, Integer.toString(broker.mqttPort()))),
                        opened,
                        meters));

        Optional<TlsFolder> tls = TlsFolder.of(config);
        Running answering = new Running(
                connected.text(Key.MQTT_URL),
                (config.speaksTls() ? "wss" : "ws") + "://127.0.0.1:" + broker.webSocketPort() + "/mqtt",
                "http://127.0.0.1:" + bridge.httpPort(),
                (config.speaksTls() ? "https" : "http") + "://127.0.0.1:" + web.port(),
                withInflux.text(Key.INFLUX_URL),
                withInflux.text(Key.INFLUX_ORG),
                tls.map(folder -> folder.folder().toString()).orElse(""),
                tls.map(folder -> "ssl://" + host(folder) + ":" + broker.tlsPort())
                        .orElse(""));
        answering.write(data);
        running = answering;
        keep("note of what runs", () -> Running.remove(data));
    }

    private Config withInflux(Accounts opened) throws IOException {
        Config withInflux = config.with(Map.of(Key.INFLUX_URL, influx().toString(), Key.NOTIFY_URL, notifyUrl(config)));
        progress.step("setting InfluxDB up");
        Provision.run(withInflux, opened, progress::step);
        return withInflux;
    }

    private static EmbeddedBroker started(FutureTask<EmbeddedBroker> starting) throws Exception {
        try {
            return starting.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits for the end of a start that nobody needs any more. */
    private static void stop(FutureTask<EmbeddedBroker> starting) {
        try {
            starting.get().close();
        } catch (ExecutionException e) {
            log.debug("the broker did not start either", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where the servers show their certificate: the page once it has started, on the port it is told to take. */
    private String watched(EmbeddedBroker broker) {
        String mqtt = Probes.address(config.text(Key.MQTT_BIND), broker.tlsPort());
        int page = config.port(Key.WEB_PORT);
        return page == 0 ? mqtt : mqtt + "," + Probes.address(config.text(Key.WEB_BIND), page);
    }

    /** One that the certificate is for. */
    private String host(TlsFolder folder) {
        Identity identity = folder.read(Clock.systemUTC());
        List<String> hosts = new ArrayList<>(List.of("localhost"));
        config.optional(Key.PUBLIC_HOST).ifPresent(hosts::add);
        hosts.addAll(identity.hosts());
        return hosts.stream()
                .filter(identity::isFor)
                .filter(host -> !host.startsWith("*"))
                .findFirst()
                .orElse("localhost");
    }

    private URI influx() throws IOException {
        if (config.optional(Key.INFLUX_URL).isPresent()) {
            return URI.create(config.text(Key.INFLUX_URL));
        }
        progress.step("starting InfluxDB");
        Path binary = RestoreCommand.binary(config);
        long memory = config.number(Key.INFLUX_MEMORY);
        return keep(
                        "InfluxDB",
                        StandingInfluxd.start(
                                config.port(Key.INFLUX_PORT),
                                port -> InfluxdProcess.start(binary, influxdData(), port, memory)))
                .url();
    }

    private Path influxdData() {
        return data.resolve("influxdb");
    }

    /** Where nobody names another, InfluxDB reaches the bridge on this machine, on the port the bridge takes. */
    static String notifyUrl(Config config) {
        String given = config.text(Key.NOTIFY_URL);
        return given.equals(Key.NOTIFY_URL.defaultText())
                ? "http://127.0.0.1:" + config.port(Key.BRIDGE_PORT) + "/notify"
                : given;
    }

    private Config bridgeConfig(Config connected) throws IOException {
        return connected.withSecretFiles(Map.of(
                Key.INFLUX_TOKEN, secret("influx-bridge-token"),
                Key.INFLUX_OPERATIONS_TOKEN, secret("influx-operations-token"),
                Key.MQTT_CANARY_TOKEN, secret("mqtt-canary-token"),
                Key.MQTT_TOKEN, secret("mqtt-bridge-token"),
                Key.NOTIFY_SECRET, secret("notify-secret")));
    }

    private Config webConfig(Config connected) throws IOException {
        return connected.withSecretFiles(
                Map.of(Key.INFLUX_TOKEN, secret("influx-web-token"), Key.MQTT_TOKEN, secret("mqtt-web-token")));
    }

    private Path secret(String name) {
        return data.resolve("secrets").resolve(name);
    }

    private <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Takes a part that was started on top of the system, to be stopped before it. */
    void keepUntilStop(String name, AutoCloseable part) {
        keep(name, part);
    }

    Running running() {
        return Objects.requireNonNull(running, "the system has not started");
    }

    Accounts accounts() {
        return Objects.requireNonNull(accounts, "the system has not started");
    }

    /** Stops everything, the sources first; a part that fails to stop does not keep the others from it. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.handle().close();
            } catch (Exception e) {
                log.warn("did not stop cleanly part={}", part.name(), e);
            }
        }
    }
}
