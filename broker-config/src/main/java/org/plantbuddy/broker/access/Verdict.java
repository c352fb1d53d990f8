package org.plantbuddy.broker.access;

/** Whether something is allowed. */
public sealed interface Verdict {

    /** It is. */
    enum Allowed implements Verdict {
        ALLOWED
    }

    /**
     * It is not.
     *
     * @param denial what kind of denial, to count
     * @param reason what the client is told
     */
    record Denied(Denial denial, String reason) implements Verdict {}
}
