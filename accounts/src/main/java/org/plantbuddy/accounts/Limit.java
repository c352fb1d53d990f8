package org.plantbuddy.accounts;

import java.time.Duration;

/** What an operator can set for one user. */
public enum Limit {
    /** How many readings are stored on a day (UTC); 0: any number. */
    READINGS_A_DAY(
            "readings-a-day",
            "readings_per_day",
            0,
            Long.MAX_VALUE,
            "a number of readings a day: 1 or more, or 0 for no limit"),

    /** How many boards the user may add, those revoked among them. */
    BOARDS("boards", "boards", 0, Long.MAX_VALUE, "a number of boards: 0 or more"),

    /**
     * How long raw readings are kept, in ms. The task that tells of silent boards knows a board by its raw readings, and a board
     * may be silent for seven days before it tells: with less than eight kept it would never. The most is a hundred years.
     */
    KEEP(
            "keep",
            "keep_ms",
            Duration.ofDays(8).toMillis(),
            Duration.ofDays(36_500).toMillis(),
            "how long raw readings are kept: 8d to 36500d");

    private final String text;
    private final String column;
    private final long least;
    private final long most;
    private final String rule;

    Limit(String text, String column, long least, long most, String rule) {
        this.text = text;
        this.column = column;
        this.least = least;
        this.most = most;
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

    boolean allows(long value) {
        return value >= least && value <= most;
    }

    /** What holds where this is in the database: an earlier version may have let in what is not allowed. */
    long held(long value) {
        return Math.min(most, Math.max(least, value));
    }

    /** A value as it is given to commands. */
    public String shown(long value) {
        return this == KEEP ? value / Duration.ofHours(1).toMillis() + "h" : Long.toString(value);
    }
}
