package org.plantbuddy.boards;

/** Ends the decoding of one element; never leaves the package. */
final class RefusedException extends Exception {

    private final transient Decoded.Refused refused;

    /**
     * @param value as the board sent it; shown cut
     * @param rule what it should have been
     */
    RefusedException(Reason reason, String value, String rule) {
        super(rule, null, false, false);
        this.refused = Decoded.Refused.of(reason, value, rule);
    }

    Decoded.Refused refused() {
        return refused;
    }
}
