package org.plantbuddy.bridge.history;

/** A line that cannot be imported; the message says why, in words for the one who has the file. */
class BadLineException extends Exception {

    private static final int SHOWN = 64;

    BadLineException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** A text of the file, cut and without control characters, fit for a terminal. */
    static String shown(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
