package org.plantbuddy.reading;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How bad it is, in InfluxDB's words. */
public enum Level {
    OK,
    INFO,
    WARN,
    CRIT,
    UNKNOWN;

    /** As InfluxDB and the topics spell it: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Level> of(String text) {
        return Arrays.stream(values())
                .filter(level -> level.text().equals(text))
                .findFirst();
    }
}
