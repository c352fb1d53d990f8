package org.plantbuddy.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.operations.backup.Manifest;
import org.plantbuddy.operations.backup.Passphrase;
import org.plantbuddy.web.operator.BridgeStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries whether a backup can be restored, in a folder of its own that is deleted afterwards. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Restore a backup into a folder beside it, start it there on free ports of this machine, wait until a"
                        + " reading becomes an alert, and delete it all. Exit code 1 when that fails.")
final class VerifyCommand implements Callable<Integer> {

    private static final String SCRATCH = ".plantbuddy-verify-";
    private static final long LOOK_AGAIN_MS = 500;
    private static final long ENDS_WITHIN_S = 60;

    private final Supplier<Config> config;

    @Parameters(paramLabel = "FILE", description = "the backup")
    private Path file = Path.of("");

    @Mixin
    private Passphrase passphrase = new Passphrase();

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "how long a reading may take to become an alert (default: ${DEFAULT-VALUE} s)")
    private int within;

    VerifyCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() throws Exception {
        Path beside = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        deleteLeftBehind(beside);
        Path scratch = Files.createTempDirectory(beside, SCRATCH);
        CountDownLatch deleted = new CountDownLatch(1);
        Thread own = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(own, deleted), "verify-end"));
        try {
            Config config = config(scratch.resolve("data"));
            Progress say = System.out::println;
            Manifest manifest = RestoreCommand.restore(config, file, passphrase.read(), say::step);
            try (Standalone system = Standalone.start(config, say)) {
                System.out.println("waiting until a reading becomes an alert");
                double seconds = awaitCanary(system.running().bridge());
                System.out.printf(
                        "a reading became an alert in %.1f s; users: %d%n",
                        seconds, system.accounts().users().list().size());
            }
            System.out.println("good: " + file + " is the system as it was at " + manifest.instant());
            return 0;
        } finally {
            delete(scratch);
            deleted.countDown();
        }
    }

    /** Runs when the process is told to end: what was restored holds secrets. */
    private static void endAndWait(Thread verifying, CountDownLatch deleted) {
        verifying.interrupt();
        try {
            boolean unused = deleted.await(ENDS_WITHIN_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a killed one restored: it holds secrets. One that runs has its data folder. */
    static void deleteLeftBehind(Path beside) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(beside, SCRATCH + "*")) {
            for (Path left : all) {
                if (Files.exists(left.resolve("data/lock"))) {
                    deleteUnlessHeld(left);
                }
            }
        } catch (NoSuchFileException e) {
            // the file is not there either, which is told
        }
    }

    private static void deleteUnlessHeld(Path left) throws IOException {
        DataFolder claimed;
        try {
            claimed = DataFolder.claim(left.resolve("data"));
        } catch (UsageException e) {
            return; // it is being verified
        }
        try (claimed) {
            delete(left);
        }
    }

    /** Nothing of the running system's but what it runs InfluxDB with: no ports, no addresses of people to tell. */
    private Config config(Path data) throws IOException {
        Config given = config.get();
        Map<String, String> keys = new HashMap<>(Map.of(
                Key.DATA.variable(), data.toString(),
                Key.DISK_FREE.variable(), given.text(Key.DISK_FREE),
                Key.INFLUXD.variable(), RestoreCommand.binary(given).toString(),
                Key.INFLUX_MEMORY.variable(), given.text(Key.INFLUX_MEMORY),
                Key.INFLUX_ORG.variable(), given.text(Key.INFLUX_ORG),
                Key.RAW_RETENTION.variable(), given.text(Key.RAW_RETENTION),
                Key.DOWNSAMPLED_RETENTION.variable(), given.text(Key.DOWNSAMPLED_RETENTION),
                Key.BRIDGE_PORT.variable(), Integer.toString(freePort())));
        for (Key port : List.of(Key.MQTT_PORT, Key.MQTT_WEBSOCKET_PORT, Key.WEB_PORT, Key.INFLUX_PORT)) {
            keys.put(port.variable(), "0");
        }
        for (Key bind : List.of(Key.MQTT_BIND, Key.BRIDGE_BIND, Key.WEB_BIND)) {
            keys.put(bind.variable(), "127.0.0.1");
        }
        return Config.load(keys);
    }

    private double awaitCanary(String bridge) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(bridge + "/status"))
                .timeout(Duration.ofSeconds(10))
                .build();
        long end = System.nanoTime() + Duration.ofSeconds(within).toNanos();
        while (true) {
            BridgeStatus status = BridgeStatus.parse(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            double seconds = status.of("plantbuddy_canary_last_seconds");
            if (!Double.isNaN(seconds)) {
                return seconds;
            }
            if (System.nanoTime() > end) {
                throw new UsageException(
                        file + " was restored, but no reading became an alert within " + within + " s: "
                                + status.problem("canary") + " " + status.problem("tasks")
                                + "; on a busy machine give it longer with --within, else take another backup");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " is left: delete it, it holds secrets", e);
        }
    }
}
