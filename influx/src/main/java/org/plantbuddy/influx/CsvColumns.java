package org.plantbuddy.influx;

import com.influxdb.client.domain.Dialect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Some columns of the CSV that InfluxDB answers with, line by line. Each table, or several that are alike, begins with a line of
 * names. For one thread.
 */
final class CsvColumns {

    /** Names of columns, and nothing about their types. */
    static final Dialect DIALECT = new Dialect().header(true).annotations(List.of());

    private final List<String> columns;
    private final Consumer<String[]> each;
    private final String[] texts;

    /** Of the line before: most are the same again. */
    private final String[] before;

    /** For each place in a line, which of the columns it is; -1: none. */
    private int[] places = new int[0];

    private boolean named;
    private boolean failed;

    CsvColumns(List<String> columns, Consumer<String[]> each) {
        this.columns = columns;
        this.each = each;
        this.texts = new String[columns.size()];
        this.before = new String[columns.size()];
        Arrays.fill(before, "");
    }

    /**
     * Takes the next line.
     *
     * @throws InfluxUnavailableException when it says that the query failed
     */
    void take(String line) {
        if (line.isEmpty()) {
            named = false;
        } else if (!named) {
            List<String> names = new ArrayList<>();
            split(line, (place, from, end) -> names.add(text(line, from, end)));
            places = names.stream().mapToInt(columns::indexOf).toArray();
            failed = names.contains("error") && !names.contains("table");
            named = true;
        } else if (failed) {
            throw new InfluxUnavailableException(0, line);
        } else {
            Arrays.fill(texts, "");
            split(line, (place, from, end) -> {
                if (place < places.length && places[place] >= 0) {
                    int column = places[place];
                    String same = before[column];
                    boolean quoted = line.startsWith("\"", from);
                    if (quoted || end - from != same.length() || !line.startsWith(same, from)) {
                        before[column] = text(line, from, end);
                    }
                    texts[column] = before[column];
                }
            });
            each.accept(texts);
        }
    }

    private interface Field {
        void take(int place, int from, int end);
    }

    private static void split(String line, Field field) {
        int place = 0;
        int from = 0;
        while (from <= line.length()) {
            int end = line.startsWith("\"", from) ? afterQuotes(line, from) : line.indexOf(',', from);
            end = end < 0 ? line.length() : end;
            field.take(place++, from, end);
            from = end + 1;
        }
    }

    private static String text(String line, int from, int end) {
        return line.startsWith("\"", from)
                ? line.substring(from + 1, end - 1).replace("\"\"", "\"")
                : line.substring(from, end);
    }

    /** The end of a text in quotes, in which two of them are one. */
    private static int afterQuotes(String line, int from) {
        int end = from + 1;
        while (end < line.length() && (line.charAt(end) != '"' || line.startsWith("\"\"", end))) {
            end += line.startsWith("\"\"", end) ? 2 : 1;
        }
        return Math.min(end + 1, line.length());
    }
}
