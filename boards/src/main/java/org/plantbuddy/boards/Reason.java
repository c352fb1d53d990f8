package org.plantbuddy.boards;

import java.util.Locale;

/** What kind of rule a refused reading breaks. */
public enum Reason {
    TOPIC,
    TOO_LARGE,
    NOT_UTF8,
    NOT_A_NUMBER,
    JSON,
    TIME,
    SERIES,
    DAY,
    STATUS,
    INFLUXDB,
    NOT_UNDERSTOOD;

    /** For metrics, e.g. {@code too-large}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
