package org.plantbuddy.broker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Version;

/**
 * A broker in a process of its own that has nothing of this project on its class path: it loads the extension from the
 * packaged zip, as an installation does, and the extension is configured by the environment.
 */
final class InstalledExtension extends Site {

    private final int port = freePort();
    private final int metricsPort = freePort();
    private final Path log;
    private final Process process;

    InstalledExtension(Path data) throws Exception {
        this(data, file -> true);
    }

    /** With what is in the zip only in part. */
    InstalledExtension(Path data, Predicate<String> keep) throws Exception {
        super(data);
        log = data.resolve("broker.log");
        Path home = data.resolve("hivemq");
        Path conf = Files.createDirectories(home.resolve("conf"));
        Config own = config.with(Map.of(Key.MQTT_PORT, Integer.toString(port)));
        try (InputStream file = Objects.requireNonNull(EmbeddedBroker.class.getResourceAsStream("config.xml"))) {
            Files.copy(file, conf.resolve("config.xml"));
        }
        unzip(zip(), home.resolve("extensions"), keep);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath(),
                Installation.class.getName(),
                home.toString());
        for (Key key : List.of(Key.MQTT_BIND, Key.MQTT_PORT, Key.MQTT_WEBSOCKET_PORT, Key.BRIDGE_QUEUE)) {
            builder.environment().put(key.variable(), own.text(key)); // HiveMQ puts them into config.xml
        }
        builder.environment().put(Key.BROKER_METRICS_PORT.variable(), "" + metricsPort);
        builder.environment().put(Key.DATABASE_URL.variable(), "jdbc:sqlite:" + data.resolve("plantbuddy.db"));
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /** What the broker needs, this project's tests, and nothing that the zip must bring. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !entry.contains("broker-config" + File.separator + "target" + File.separator + "classes"))
                .filter(entry -> !entry.contains(File.separator + "core" + File.separator + "target"))
                .filter(entry -> Stream.of(
                                "broker-config-",
                                "accounts",
                                "sqlite",
                                "postgresql",
                                "flyway",
                                "jdbi",
                                "Hikari",
                                "password4j",
                                "micrometer",
                                "prometheus",
                                "caffeine")
                        .noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static Path zip() throws IOException {
        String version = Version.text().split(" ", 2)[0]; // an earlier one's may lie beside it
        Path zip = Path.of(
                System.getProperty("plantbuddy.root", ".."),
                "broker-config",
                "target",
                "broker-config-" + version + "-distribution.zip");
        if (!Files.exists(zip)) {
            throw new IOException("no packaged extension at " + zip + "; run mvn package");
        }
        return zip;
    }

    static void unzip(Path zip, Path folder) throws IOException {
        unzip(zip, folder, file -> true);
    }

    private static void unzip(Path zip, Path folder, Predicate<String> keep) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (@Nullable ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (keep.test(entry.getName())) {
                    Path parent = file.getParent();
                    Files.createDirectories(parent == null ? folder : parent);
                    Files.write(file, in.readAllBytes());
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the broker has logged so far. */
    String log() throws IOException {
        return Files.readString(log);
    }

    String metrics() throws IOException {
        try (InputStream answer = URI.create("http://127.0.0.1:" + metricsPort + "/metrics")
                .toURL()
                .openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        super.close();
    }
}
