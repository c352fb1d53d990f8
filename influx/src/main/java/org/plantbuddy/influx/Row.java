package org.plantbuddy.influx;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a query's answer. Numbers are {@link Long} and {@link Double}, times {@link Instant}.
 *
 * @param columns by name
 */
public record Row(Map<String, Object> columns) {

    /** What a column holds; null where it holds nothing, or is not there. */
    public @Nullable Object get(String column) {
        return columns.get(column);
    }

    /** What a column holds, as text. */
    public String text(String column) {
        return String.valueOf(get(column));
    }

    public @Nullable Object value() {
        return get("_value");
    }

    public @Nullable Instant time() {
        return get("_time") instanceof Instant time ? time : null;
    }

    public String measurement() {
        return text("_measurement");
    }
}
