package org.plantbuddy.boards.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The same connection as a program for each kind of board. Stateless and thread-safe. */
public final class BoardFiles {

    /** {@code {{host}}} is a text in double quotes, {@code {{host|bare}}} the text alone, {@code {{host|shell}}} one word. */
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)(?:\\|(\\w+))?}}");

    /** Before a line that is there only where the broker is reached so, see {@link #conditions}. */
    private static final Pattern CONDITION = Pattern.compile("^\\{\\{#(\\w+)}}");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./:-]+");

    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----\\R[A-Za-z0-9+/=\\r\\n]+-----END CERTIFICATE-----");

    private BoardFiles() {}

    /** Those for all kinds of boards, in the order people look for them. */
    public static List<BoardFile> of(Connection connection) {
        return List.of(
                new BoardFile("Arduino", "PlantBuddy.ino", Sketch.render(connection)),
                file("ESPHome", "plantbuddy.yaml", connection),
                file("MicroPython", "main.py", connection),
                file("Python", "plantbuddy.py", connection),
                new BoardFile("Command line", "", filled(resource("command.txt"), connection)));
    }

    private static BoardFile file(String title, String name, Connection connection) {
        return new BoardFile(title, name, filled(resource(name), connection));
    }

    /** The certificates in a text of PEM, which may say more about each. */
    static List<String> certificates(String pem) {
        return CERTIFICATE.matcher(pem).results().map(found -> found.group()).toList();
    }

    private static String filled(String template, Connection connection) {
        String pem = String.join("\n", certificates(connection.authority().orElse("")));
        Map<String, String> values = Map.of(
                "host", connection.host(),
                "port", Integer.toString(connection.port()),
                "username", connection.username(),
                "password", connection.password(),
                "topic", connection.topic());
        Set<String> conditions = conditions(connection, pem);
        return template.lines()
                .filter(line -> isWanted(line, conditions))
                .map(line -> CONDITION.matcher(line).replaceFirst(""))
                .map(line -> line.strip().equals("{{pem}}")
                        ? pem.indent(line.indexOf('{')).stripTrailing()
                        : PLACE.matcher(line).replaceAll(place -> Matcher.quoteReplacement(value(place, values))))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Not encrypted, or encrypted: signed by somebody whom everybody knows, or by whom the board must be told of. */
    private static Set<String> conditions(Connection connection, String pem) {
        if (connection.authority().isEmpty()) {
            return Set.of("plain");
        }
        return pem.isEmpty() ? Set.of("tls", "known") : Set.of("tls", "authority");
    }

    private static boolean isWanted(String line, Set<String> conditions) {
        Matcher condition = CONDITION.matcher(line);
        return !condition.find() || conditions.contains(condition.group(1));
    }

    private static String value(MatchResult place, Map<String, String> values) {
        String value = values.get(place.group(1));
        if (value == null) {
            throw new IllegalStateException("a template asks for " + place.group(1));
        }
        if (place.group(2) == null) {
            return quoted(value);
        }
        return place.group(2).equals("shell") && !WORD.matcher(value).matches()
                ? "'" + value.replace("'", "'\\''") + "'"
                : value;
    }

    /** In double quotes, as YAML, Python and JSON read it. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String resource(String name) {
        try (InputStream in = BoardFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the template " + name + " is not part of this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the template " + name, e);
        }
    }
}
