package org.plantbuddy.operations.history;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A line of InfluxDB line protocol, taken apart: escapes resolved, field values as they were written. As strict as
 * InfluxDB where it matters: anything that is not measurement, tags, fields and a timestamp is refused.
 *
 * @param measurement its name
 * @param tags in the line's order
 * @param fields in the line's order; a value is a number ({@code 36i}, {@code 36u}, {@code 21.5}), a boolean or a
 *     string in quotes
 * @param time as the line has it
 */
record LineProtocol(String measurement, Map<String, String> tags, Map<String, String> fields, OptionalLong time) {

    /**
     * Takes a line apart that is neither empty nor a comment.
     *
     * @throws BadLineException saying what is wrong with it
     */
    static LineProtocol parse(String line) throws BadLineException {
        return new Scanner(line).line();
    }

    /** What a field holds: a number, a boolean or a text. */
    static Object value(String written) {
        if (written.startsWith("\"")) {
            return written.substring(1, written.length() - 1).replaceAll("\\\\([\"\\\\])", "$1");
        }
        if (written.matches("[+-]?\\d{1,18}[iu]")) {
            return Long.parseLong(written.substring(0, written.length() - 1));
        }
        if (written.matches(HistoricalReading.FLOAT)) {
            return Double.parseDouble(written);
        }
        return written.equalsIgnoreCase("true") || written.equalsIgnoreCase("t");
    }

    private static final class Scanner {

        private final String text;
        private int at;

        Scanner(String text) {
            this.text = text;
        }

        LineProtocol line() throws BadLineException {
            String measurement = name("measurement", ", ");
            Map<String, String> tags = new LinkedHashMap<>();
            while (take(',')) {
                String key = key("tag");
                if (tags.put(key, name("value of tag '" + BadLineException.shown(key) + "'", ", ")) != null) {
                    throw new BadLineException("tag '" + BadLineException.shown(key) + "' is given twice");
                }
            }
            spaces("a field after the measurement and its tags");
            Map<String, String> fields = new LinkedHashMap<>();
            do {
                String key = key("field");
                if (fields.put(key, fieldValue(key)) != null) {
                    throw new BadLineException("field '" + BadLineException.shown(key) + "' is given twice");
                }
            } while (take(','));
            return new LineProtocol(measurement, tags, fields, time());
        }

        private String key(String what) throws BadLineException {
            String key = name("name of a " + what, "=, ");
            if (!take('=')) {
                throw new BadLineException("the " + what + " '" + BadLineException.shown(key) + "' has no '='");
            }
            return key;
        }

        /** Up to the first of {@code ends} that has no backslash before it. */
        private String name(String what, String ends) throws BadLineException {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                boolean escapes =
                        text.charAt(at) == '\\' && at + 1 < text.length() && ",= \\".indexOf(text.charAt(at + 1)) >= 0;
                at += escapes ? 1 : 0;
                name.append(text.charAt(at++));
            }
            if (name.isEmpty()) {
                throw new BadLineException("the " + what + " is missing");
            }
            return name.toString();
        }

        private String fieldValue(String key) throws BadLineException {
            int start = at;
            if (take('"')) {
                while (at < text.length() && text.charAt(at) != '"') {
                    at += text.charAt(at) == '\\' ? 2 : 1;
                }
                if (at >= text.length()) {
                    throw new BadLineException("the text of field '" + BadLineException.shown(key) + "' has no end");
                }
                at++;
                return text.substring(start, at);
            }
            while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ' ') {
                at++;
            }
            if (start == at) {
                throw new BadLineException("the value of field '" + BadLineException.shown(key) + "' is missing");
            }
            return text.substring(start, at);
        }

        private OptionalLong time() throws BadLineException {
            String rest = text.substring(at).strip();
            if (rest.isEmpty()) {
                return OptionalLong.empty();
            }
            try {
                if (rest.matches("-?\\d{1,19}")) {
                    return OptionalLong.of(Long.parseLong(rest));
                }
            } catch (NumberFormatException e) {
                // Told below like every other text that is no time.
            }
            throw new BadLineException("'" + BadLineException.shown(rest)
                    + "' is not a timestamp: it must be a whole number of s, ms, µs or ns since 1970");
        }

        private void spaces(String what) throws BadLineException {
            if (!take(' ')) {
                throw new BadLineException("there must be " + what);
            }
            while (take(' ')) {
                // Any number of them separates.
            }
        }

        private boolean take(char expected) {
            boolean there = at < text.length() && text.charAt(at) == expected;
            at += there ? 1 : 0;
            return there;
        }
    }
}
