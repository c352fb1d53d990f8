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
 * {@code config.xml}, with {@code tls-listener.xml} where there is a keystore, and this configuration put in for its {@code
 * ${…}}. HiveMQ itself would take them from the environment of the process.
 */
final class BrokerConfigFile {

    static final String TCP = "tcp";
    static final String WEBSOCKET = "websocket";
    static final String TLS = "tls";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{PLANTBUDDY_(\\w+)}");
    private static final String END_OF_LISTENERS = "  </listeners>";

    private BrokerConfigFile() {}

    /** Writes it; with a keystore it holds the keystore's password. */
    static void write(Config config, Path file) throws IOException {
        String xml = read("config.xml");
        if (config.optional(Key.MQTT_TLS_KEYSTORE).isPresent()) {
            xml = xml.replace(END_OF_LISTENERS, read("tls-listener.xml") + END_OF_LISTENERS);
        }
        Files.writeString(
                file,
                PLACEHOLDER
                        .matcher(xml)
                        .replaceAll(found ->
                                Matcher.quoteReplacement(escaped(value(config, Key.valueOf(found.group(1)))))));
    }

    private static String value(Config config, Key key) {
        return key == Key.MQTT_TLS_KEYSTORE
                ? Path.of(config.text(key)).toAbsolutePath().toString()
                : config.text(key);
    }

    /** HiveMQ itself replaces what is left of {@code ${…}}, for example in a password. */
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
