package org.plantbuddy.broker;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.client.parameter.Listener;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.hivemq.BrokerSettings;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.DiskRoom;
import org.plantbuddy.process.ListenPorts;

/**
 * The broker in this process: HiveMQ CE with its configuration and extension, its data in {@code <data>/broker}.
 *
 * <p>One at a time in a process. Who uses it needs {@code hivemq-community-edition-embedded} at run time, and logback.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Object STARTING = new Object();
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(15);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);

    private final EmbeddedHiveMQ hivemq;
    private final Map<String, Integer> ports;
    private final DiskRoom disk;

    private EmbeddedBroker(EmbeddedHiveMQ hivemq, Map<String, Integer> ports, DiskRoom disk) {
        this.hivemq = hivemq;
        this.ports = ports;
        this.disk = disk;
    }

    /**
     * Starts it. When this returns, clients can connect, and it has been seen to refuse one without a name.
     *
     * @param config port 0 takes a free one
     * @throws BrokerStartException when it does not start, also for its {@link #problems}; nothing is left running then
     */
    public static EmbeddedBroker start(Config config) {
        List<String> problems = problems(config);
        if (!problems.isEmpty()) {
            throw new BrokerStartException(String.join("\n", problems));
        }
        DiskRoom.of(home(config), config).tooLittleToStart().ifPresent(tooLittle -> {
            throw new BrokerStartException("the broker does not start: " + tooLittle);
        });
        PlantBuddyExtension extension = new PlantBuddyExtension(config, Clock.systemUTC());
        EmbeddedBroker broker = launch(config, extension);
        try {
            broker.requireSafe(config, extension);
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    /**
     * What keeps it from starting so, a line each with the key and what to do: with one of several ports taken, or a bad
     * certificate, HiveMQ would start without that listener.
     */
    public static List<String> problems(Config config) {
        List<String> problems = new ArrayList<>();
        if (config.speaksTls()) {
            ListenPorts.problem(BrokerConfigFile.INSIDE, config.port(Key.MQTT_PORT), Key.MQTT_PORT, "MQTT")
                    .ifPresent(problems::add);
            ListenPorts.problem(config, Key.MQTT_BIND, Key.MQTT_TLS_PORT, "MQTT over TLS")
                    .ifPresent(problems::add);
        } else {
            ListenPorts.problem(config, Key.MQTT_BIND, Key.MQTT_PORT, "MQTT").ifPresent(problems::add);
        }
        ListenPorts.problem(config, Key.MQTT_BIND, Key.MQTT_WEBSOCKET_PORT, "MQTT over WebSocket")
                .ifPresent(problems::add);
        problems.addAll(TlsStores.problems(config, Clock.systemUTC()));
        return problems;
    }

    private static Path home(Config config) {
        return config.path(Key.DATA).resolve("broker");
    }

    /** Starts a broker that refuses everyone its extension does not let in, whether the extension comes up or not. */
    static EmbeddedBroker launch(Config config, ExtensionMain extension) {
        Path home = home(config);
        Path conf = home.resolve("conf");
        synchronized (STARTING) {
            @Nullable EmbeddedHiveMQ hivemq = null;
            CountDownLatch opened = new CountDownLatch(1);
            try {
                for (Path folder : new Path[] {home, conf, home.resolve("data"), home.resolve("extensions")}) {
                    Files.createDirectories(
                            folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
                BrokerConfigFile.write(config, home.resolve("data"), conf.resolve("config.xml"));
                hivemq = built(home, conf, starting(extension, opened));
                BrokerSettings.set((int) config.number(Key.MQTT_WINDOW), home.resolve("data"));
                awaitStart(hivemq.start(), opened, DiskRoom.of(home, config));
                Map<String, Integer> ports = Services.adminService().getServerInformation().getListener().stream()
                        .collect(Collectors.toUnmodifiableMap(Listener::getName, Listener::getPort));
                return new EmbeddedBroker(hivemq, ports, DiskRoom.of(home, config));
            } catch (IOException | ExecutionException | TimeoutException e) {
                abandon(hivemq);
                throw new BrokerStartException("the broker does not start: " + reason(e), e);
            } catch (InterruptedException e) {
                abandon(hivemq); // which waits for its end: a thread that is interrupted would not
                Thread.currentThread().interrupt();
                throw new BrokerStartException("interrupted while the broker started", e);
            }
        }
    }

    /** HiveMQ waits for ever for a store that it could not open, and may take minutes for one with a full queue. */
    private static void awaitStart(Future<Void> started, CountDownLatch opened, DiskRoom disk)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + STARTED_WITHIN.toNanos();
        while (!started.isDone() && !opened.await(100, TimeUnit.MILLISECONDS)) {
            if (disk.isFull()) {
                throw new TimeoutException("its disk is full: make room");
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("it did not open its stores within " + STARTED_WITHIN.toMinutes()
                        + " min; what is logged above says which");
            }
        }
        started.get(STARTED_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    /** Tells when HiveMQ has come as far as its extensions. */
    private static ExtensionMain starting(ExtensionMain extension, CountDownLatch opened) {
        return new ExtensionMain() {
            @Override
            public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
                opened.countDown();
                extension.extensionStart(input, output);
            }

            @Override
            public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
                extension.extensionStop(input, output);
            }
        };
    }

    private void requireSafe(Config config, PlantBuddyExtension extension) {
        if (!extension.isStarted()) {
            throw new BrokerStartException("the broker's extension did not start, so nobody could sign in"
                    + extension.failure().map(e -> ": " + e.getMessage()).orElse(""));
        }
        String bind = config.speaksTls() ? BrokerConfigFile.INSIDE : config.text(Key.MQTT_BIND);
        try {
            InetAddress address = InetAddress.getByName(bind);
            InetSocketAddress at = new InetSocketAddress(
                    address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, mqttPort());
            if (!extension.probe().isRefused(at)) {
                throw new BrokerStartException("the broker let a client without a name in; it has been stopped");
            }
        } catch (IOException e) {
            throw new BrokerStartException(
                    "the broker does not answer on " + bind + ":" + mqttPort() + ": " + e.getMessage()
                            + "; is the port in use? set " + Key.MQTT_PORT.variable(),
                    e);
        }
    }

    private static EmbeddedHiveMQ built(Path home, Path conf, ExtensionMain extension) {
        return EmbeddedHiveMQ.builder()
                .withConfigurationFolder(conf)
                .withDataFolder(home.resolve("data"))
                .withExtensionsFolder(home.resolve("extensions"))
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("plantbuddy-extension")
                        .withName("Plant Buddy")
                        .withVersion("embedded")
                        .withPriority(1_000)
                        .withStartPriority(1_000)
                        .withExtensionMain(extension)
                        .build())
                .withoutLoggingBootstrap()
                .build();
    }

    /** Where MQTT over TCP is served. */
    public int mqttPort() {
        return port(BrokerConfigFile.TCP);
    }

    /** Where MQTT over WebSocket is served, path {@code /mqtt}; with a certificate over TLS. */
    public int webSocketPort() {
        return port(BrokerConfigFile.WEBSOCKET);
    }

    /**
     * Where MQTT over TLS is served.
     *
     * @throws IllegalStateException when no certificate is configured
     */
    public int tlsPort() {
        return port(BrokerConfigFile.TLS);
    }

    private int port(String listener) {
        Integer port = ports.get(listener);
        if (port == null) {
            throw new IllegalStateException("the broker has no listener '" + listener + "'");
        }
        return port;
    }

    /** Adds what the broker denied, held back and queues, and its disk, to what a process tells. */
    public void measure(MeterRegistry meters) {
        BrokerMetrics.measure(hivemq.getMetricRegistry(), meters);
        disk.measure(Main.PART, meters);
    }

    /** How often what kind of request was denied since the start, e.g. {@code wrong-credentials}. */
    Map<String, Long> denials() {
        Map<String, Long> denials = new TreeMap<>();
        for (Denial denial : Denial.values()) {
            denials.put(denial.label(), count(Denials.METRICS + denial.label()));
        }
        return denials;
    }

    /** How many messages waited for their turn under a quota since the start. */
    long heldMessages() {
        return count(Denials.HELD);
    }

    /** How many answers to failed sign-ins were held back since the start. */
    long heldSignIns() {
        return count(Denials.SLOWED);
    }

    /** How many messages wait for a bridge, or for its acknowledgement. */
    int queuedForBridge() {
        return (int) BrokerMetrics.value(hivemq.getMetricRegistry(), PlantBuddyExtension.QUEUED);
    }

    private long count(String metric) {
        return BrokerMetrics.count(hivemq.getMetricRegistry(), metric);
    }

    /** Stops it; what its queues hold is there at the next start. */
    @Override
    public void close() {
        try {
            hivemq.close();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not stop cleanly: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It never ends where the start never does. */
    private static void abandon(@Nullable EmbeddedHiveMQ hivemq) {
        if (hivemq == null) {
            return;
        }
        Thread closing = new Thread(() -> closeAsItIs(hivemq), "broker-close");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSED_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeAsItIs(EmbeddedHiveMQ hivemq) {
        try {
            hivemq.close();
        } catch (ExecutionException | InterruptedException e) {
            // The reason it did not start is being thrown already, and this thread ends.
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
