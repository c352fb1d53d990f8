package org.plantbuddy.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/**
 * {@code config.xml} with this configuration put in for its {@code ${…}}, which HiveMQ itself would take from the environment
 * of the process. With a certificate {@code tls-listeners.xml} is what is open to others, and MQTT without TLS is on loopback.
 */
final class BrokerConfigFile {

    static final String TCP = "tcp";
    static final String WEBSOCKET = "websocket";
    static final String TLS = "tls";

    /** Where MQTT without TLS is, beside MQTT with it: for the parts of this machine. */
    static final String INSIDE = "127.0.0.1";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{PLANTBUDDY_(\\w+)}");
    private static final Pattern PLAIN_WEBSOCKET =
            Pattern.compile(" *<websocket-listener>.*</websocket-listener>\n", Pattern.DOTALL);

    private BrokerConfigFile() {}

    /** @param data the broker's data folder, in which the extension keeps the stores of TLS */
    static void write(Config config, Path data, Path file) throws IOException {
        String xml = read("config.xml");
        if (config.speaksTls()) {
            String stores = data.resolve(TlsStores.FOLDER).toAbsolutePath().toString();
            xml = PLAIN_WEBSOCKET
                    .matcher(xml.replaceFirst(Pattern.quote("${" + Key.MQTT_BIND.variable() + "}"), INSIDE))
                    .replaceFirst(Matcher.quoteReplacement(
                            read("tls-listeners.xml").replace("data/" + TlsStores.FOLDER, escaped(stores))));
        }
        Files.writeString(
                file,
                PLACEHOLDER
                        .matcher(xml)
                        .replaceAll(
                                found -> Matcher.quoteReplacement(escaped(config.text(Key.valueOf(found.group(1)))))));
    }

    /** HiveMQ itself replaces what is left of {@code ${…}}, for example in a path. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("$", "&#36;");
    }

    private static String read(String name) throws IOException {
        try (InputStream in = BrokerConfigFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no " + name + " beside the broker's classes");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
