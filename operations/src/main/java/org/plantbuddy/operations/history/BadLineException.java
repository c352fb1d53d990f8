package org.plantbuddy.operations.history;

import org.plantbuddy.text.Unseen;

/** A line that cannot be imported; the message says why, in words for the one who has the file. */
class BadLineException extends Exception {

    private static final int SHOWN = 64;

    BadLineException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** A text of the file, cut, with its control characters named: fit for a terminal. */
    static String shown(String text) {
        return Unseen.shown(text, SHOWN);
    }
}
