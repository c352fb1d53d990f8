package org.plantbuddy.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.plantbuddy.topic.Names;

/** The sketch for a real board (folder {@code arduino/}), as one text that knows its broker and its board. */
public final class Sketch {

    private static final String INCLUDE = "#include \"arduino_secrets.h\"";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]{1,256}");

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----\\R[A-Za-z0-9+/=\\r\\n]+-----END CERTIFICATE-----");

    private Sketch() {}

    /**
     * A sketch that is ready to flash once its first lines know the WiFi.
     *
     * @param host the broker as the board reaches it
     * @param port its MQTT port
     * @param authority where the port speaks TLS: who signed the broker's certificate, as PEM; blank where that is to be
     *     filled in by hand
     * @param token the board's MQTT password
     * @throws IllegalArgumentException when a value cannot be what it should be; the token is never in the message
     */
    public static String render(
            String host, int port, Optional<String> authority, String user, String device, String token) {
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("a board finds its broker by a name or an address, not '"
                    + host.replaceAll("[^\\x20-\\x7e]", "?") + "'");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is in 1..65535, not " + port);
        }
        if (!PRINTABLE.matcher(token).matches()) {
            throw new IllegalArgumentException("the board's token holds characters a sketch cannot");
        }
        String secrets = filled(
                resource("arduino_secrets.h"),
                Map.of(
                        "BROKER_HOST", quoted(host),
                        "BROKER_PORT", Integer.toString(port),
                        "BROKER_TLS", authority.isPresent() ? "1" : "0",
                        "BROKER_CA", literal(authority.orElse("")),
                        "BUDDY_USER", quoted(Names.requireUser(user)),
                        "BUDDY_DEVICE", quoted(Names.requireDevice(device)),
                        "BUDDY_TOKEN", quoted(token)));
        String sketch = resource("PlantBuddy.ino");
        if (!sketch.contains(INCLUDE)) {
            throw new IllegalStateException("the sketch does not include its secrets");
        }
        return sketch.replace(INCLUDE, secrets.strip());
    }

    private static String filled(String secrets, Map<String, String> values) {
        String filled = secrets;
        for (Map.Entry<String, String> value : values.entrySet()) {
            Matcher definition =
                    Pattern.compile("(?m)^(#define " + value.getKey() + ") .*$").matcher(filled);
            if (!definition.find()) {
                throw new IllegalStateException("arduino_secrets.h does not define " + value.getKey());
            }
            filled = definition.replaceFirst("$1 " + Matcher.quoteReplacement(value.getValue()));
        }
        return filled;
    }

    /** The certificates in a text of PEM, a C string literal for each line. */
    private static String literal(String pem) {
        return CERTIFICATE
                .matcher(pem)
                .results()
                .flatMap(found -> found.group().lines())
                .map(line -> " \\\n  \"" + line + "\\n\"")
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(), lines -> lines.isEmpty() ? "\"\"" : lines.strip()));
    }

    /** A C string literal; {@code ?} is escaped because two of them begin a trigraph. */
    private static String quoted(String text) {
        return '"' + text.replaceAll("([\\\\\"?])", "\\\\$1") + '"';
    }

    private static String resource(String name) {
        try (InputStream in = Sketch.class.getResourceAsStream("arduino/PlantBuddy/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the sketch's " + name + " is not part of this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the sketch's " + name, e);
        }
    }
}
