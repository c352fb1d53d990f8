package org.plantbuddy.accounts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether a board is there, in the words of its topic {@code status}. */
public enum BoardState {
    ONLINE,
    OFFLINE;

    /** As boards spell it: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state of this word; empty for any other. */
    public static Optional<BoardState> of(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text))
                .findFirst();
    }
}
