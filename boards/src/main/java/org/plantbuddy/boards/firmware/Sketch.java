package org.plantbuddy.boards.firmware;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The sketch for a real board (folder {@code arduino/}), as one text that knows its broker and its board. */
public final class Sketch {

    private static final String INCLUDE = "#include \"arduino_secrets.h\"";

    private Sketch() {}

    /** A sketch that is ready to flash once its first lines know the WiFi. */
    public static String render(Connection board) {
        String secrets = filled(
                BoardFiles.resource("arduino/PlantBuddy/arduino_secrets.h"),
                Map.of(
                        "BROKER_HOST", quoted(board.host()),
                        "BROKER_PORT", Integer.toString(board.port()),
                        "BROKER_TLS", board.authority().isPresent() ? "1" : "0",
                        "BROKER_CA", literal(board.authority().orElse("")),
                        "BUDDY_USER", quoted(board.user()),
                        "BUDDY_DEVICE", quoted(board.device()),
                        "BUDDY_TOKEN", quoted(board.password())));
        String sketch = BoardFiles.resource("arduino/PlantBuddy/PlantBuddy.ino");
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
        return BoardFiles.certificates(pem).stream()
                .flatMap(String::lines)
                .map(line -> " \\\n  \"" + line + "\\n\"")
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(), lines -> lines.isEmpty() ? "\"\"" : lines.strip()));
    }

    /** A C string literal; {@code ?} is escaped because two of them begin a trigraph. */
    private static String quoted(String text) {
        return '"' + text.replaceAll("([\\\\\"?])", "\\\\$1") + '"';
    }
}
