package org.plantbuddy.accounts;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What an owner noted of a board.
 *
 * @param text in any script; may be empty
 * @param at when it was; in ms
 */
public record Note(String id, String user, String device, Kind kind, String text, Instant at) {

    /** In Unicode's characters. */
    public static final int LONGEST = 200;

    /** What it is about. */
    public enum Kind {
        WATERED,
        NOTE;

        /** As it is stored and shown, {@code watered}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> of(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.text().equals(text))
                    .findFirst();
        }
    }
}
