package org.plantbuddy.accounts;

import java.time.Duration;

/** What an operator can set for one user. */
public enum Limit {
    /** How many readings are stored on a day (UTC); 0: any number. */
    READINGS_A_DAY("readings-a-day", "readings_per_day", 0, "a number of readings a day: 1 or more, or 0 for no limit"),

    /** How many boards the user may add, those revoked among them. */
    BOARDS("boards", "boards", 0, "a number of boards: 0 or more"),

    /** How long raw readings are kept, in ms. */
    KEEP("keep", "keep_ms", Duration.ofDays(1).toMillis(), "how long raw readings are kept: 1d or more");

    private final String text;
    private final String column;
    private final long least;
    private final String rule;

    Limit(String text, String column, long least, String rule) {
        this.text = text;
        this.column = column;
        this.least = least;
        this.rule = rule;
    }

    /** As commands call it. */
    public String text() {
        return text;
    }

    /** What a value must be, for people. */
    public String rule() {
        return rule + ", or 'default' for what holds for everybody";
    }

    String column() {
        return column;
    }

    long least() {
        return least;
    }

    /** A value as it is given to commands. */
    public String shown(long value) {
        return this == KEEP ? value / Duration.ofHours(1).toMillis() + "h" : Long.toString(value);
    }
}
