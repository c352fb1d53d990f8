package org.plantbuddy.standalone;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.tls.TlsFolder;
import org.plantbuddy.web.operator.Probes;

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
 * @param tlsFolder where page and broker have their certificate from; empty: they do not speak TLS
 * @param mqttTls of the broker as clients reach it, {@code ssl://host:port} with a host that the certificate is for; empty
 *     where it is not known
 */
record Running(
        String mqtt,
        String webSocket,
        String bridge,
        String web,
        String influx,
        String org,
        String tlsFolder,
        String mqttTls) {

    private static final String FILE = "running.properties";

    void write(Path data) {
        Properties properties = new Properties();
        properties.setProperty("mqtt", mqtt);
        properties.setProperty("webSocket", webSocket);
        properties.setProperty("bridge", bridge);
        properties.setProperty("web", web);
        properties.setProperty("influx", influx);
        properties.setProperty("org", org);
        properties.setProperty("tlsFolder", tlsFolder);
        properties.setProperty("mqttTls", mqttTls);
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
                properties.getProperty("org", ""),
                properties.getProperty("tlsFolder", ""),
                properties.getProperty("mqttTls", "")));
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
                "http://" + Probes.address(config.text(Key.BRIDGE_BIND), config.port(Key.BRIDGE_PORT)),
                webAddress(config),
                influx,
                config.text(Key.INFLUX_ORG),
                config.text(Key.TLS_FOLDER),
                "");
    }

    private static String webAddress(Config config) {
        return (config.speaksTls() ? "https://" : "http://")
                + Probes.address(config.text(Key.WEB_BIND), config.port(Key.WEB_PORT));
    }

    /** The page's address as browsers see it, without a slash at its end, whether it runs or not. */
    static String page(Config config) {
        String address = config.optional(Key.WEB_URL)
                .or(() -> read(config.path(Key.DATA)).map(running -> running.page()))
                .orElseGet(() -> webAddress(config));
        return address.replaceFirst("/+$", "");
    }

    /** The configuration with what runs filled in where the operator names no InfluxDB, and no certificate. */
    static Config reached(Config config) {
        return read(config.path(Key.DATA))
                .map(running -> config.with(Map.of(
                        Key.INFLUX_URL, config.optional(Key.INFLUX_URL).orElse(running.influx()),
                        Key.TLS_FOLDER, config.optional(Key.TLS_FOLDER).orElse(running.tlsFolder()))))
                .orElse(config);
    }

    Optional<TlsFolder> tls() {
        return Optional.of(tlsFolder)
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .map(TlsFolder::new);
    }

    /** The page as a browser on this machine reaches it. */
    String page() {
        return mqttTls.isEmpty()
                ? web
                : "https://" + URI.create(mqttTls).getHost() + ":"
                        + URI.create(web).getPort();
    }

    /** The broker as clients on this machine reach it. */
    String broker() {
        return mqttTls.isEmpty() ? mqtt : mqttTls;
    }

    /** How mosquitto's clients reach the broker: options. */
    String mosquitto() {
        URI broker = URI.create(broker());
        String trust = tls().map(folder ->
                        folder.ca().map(ca -> " --cafile '" + ca + "'").orElse(" --tls-use-os-certs"))
                .orElse("");
        return "-h " + broker.getHost() + " -p " + broker.getPort() + trust;
    }

    static void remove(Path data) {
        try {
            Files.deleteIfExists(data.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
