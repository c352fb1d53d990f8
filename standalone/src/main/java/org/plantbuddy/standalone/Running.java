package org.plantbuddy.standalone;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/**
 * Where the parts of a running system answer, kept in the data folder while it runs, so that the other commands find it
 * whatever ports it took.
 *
 * @param mqtt of the broker, {@code tcp://host:port}
 * @param webSocket of the broker, {@code ws://host:port/mqtt}
 * @param bridge base URL of the bridge's HTTP listener
 * @param web base URL of the page
 * @param influx base URL of InfluxDB
 * @param org organisation in InfluxDB
 */
record Running(String mqtt, String webSocket, String bridge, String web, String influx, String org) {

    private static final String FILE = "running.properties";

    void write(Path data) {
        Properties properties = new Properties();
        properties.setProperty("mqtt", mqtt);
        properties.setProperty("webSocket", webSocket);
        properties.setProperty("bridge", bridge);
        properties.setProperty("web", web);
        properties.setProperty("influx", influx);
        properties.setProperty("org", org);
        try {
            StringWriter text = new StringWriter();
            properties.store(text, "where a running Plant Buddy answers");
            Path half = data.resolve(FILE + ".new");
            Files.writeString(half, text.toString());
            Files.move(half, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Optional<Running> read(Path data) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(data.resolve(FILE))) {
            properties.load(reader);
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(new Running(
                properties.getProperty("mqtt", ""),
                properties.getProperty("webSocket", ""),
                properties.getProperty("bridge", ""),
                properties.getProperty("web", ""),
                properties.getProperty("influx", ""),
                properties.getProperty("org", "")));
    }

    /**
     * The system that runs on this data folder; where none does, the one whose parts the configuration names, as in containers.
     *
     * @throws UsageException when there is neither
     */
    static Running require(Config config) {
        Path data = config.path(Key.DATA);
        return read(data)
                .or(() -> config.optional(Key.INFLUX_URL).map(influx -> named(config, influx)))
                .orElseThrow(() -> new UsageException("no Plant Buddy runs with its data in " + data.toAbsolutePath()
                        + ": start one with `plantbuddy up`, set PLANTBUDDY_DATA to its data folder, or name its parts"
                        + " (PLANTBUDDY_INFLUX_URL and the others in docs/configuration.md)"));
    }

    private static Running named(Config config, String influx) {
        return new Running(
                config.text(Key.MQTT_URL),
                "",
                http(config.text(Key.BRIDGE_BIND), config.port(Key.BRIDGE_PORT)),
                http(config.text(Key.WEB_BIND), config.port(Key.WEB_PORT)),
                influx,
                config.text(Key.INFLUX_ORG));
    }

    /** Who listens everywhere listens here too. */
    private static String http(String bind, int port) {
        String host = bind.equals("0.0.0.0") ? "127.0.0.1" : bind;
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The configuration with what runs filled in where the operator names no InfluxDB. */
    static Config reached(Config config) {
        return read(config.path(Key.DATA))
                .map(Running::influx)
                .filter(influx -> config.optional(Key.INFLUX_URL).isEmpty())
                .map(influx -> config.with(Map.of(Key.INFLUX_URL, influx)))
                .orElse(config);
    }

    static void remove(Path data) {
        try {
            Files.deleteIfExists(data.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
