package org.plantbuddy.boards;

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

    /** The state of this word, in lower case or as Tasmota has it, {@code Online}; empty for any other. */
    public static Optional<BoardState> of(String text) {
        String word = text.startsWith("O") ? "o" + text.substring(1) : text;
        return Arrays.stream(values())
                .filter(state -> state.text().equals(word))
                .findFirst();
    }
}
