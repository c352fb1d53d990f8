package org.plantbuddy.bridge.ingest;

import org.plantbuddy.bridge.refused.Reason;
import org.plantbuddy.text.Unseen;

/** Ends the decoding of one element; never leaves the package. */
final class RefusedException extends Exception {

    private static final int SHOWN = 80;

    private final Reason reason;

    /**
     * @param value as the board sent it; shown cut
     * @param rule what it should have been
     */
    RefusedException(Reason reason, String value, String rule) {
        super("'" + shown(value) + "' " + rule, null, false, false);
        this.reason = reason;
    }

    Decoded.Refused refused() {
        return new Decoded.Refused(reason, String.valueOf(getMessage()));
    }

    static String shown(String value) {
        return Unseen.shown(value, SHOWN);
    }
}
