package org.plantbuddy.bridge.alert;

/** Pauses that double, so that a broker that is away is not hammered and one that is back is soon noticed. */
final class Backoff {

    static final long FIRST_MS = 100;
    static final long LONGEST_MS = 5_000;

    private long next = FIRST_MS;

    long nextMs() {
        long pause = next;
        next = Math.min(LONGEST_MS, next * 2);
        return pause;
    }

    void reset() {
        next = FIRST_MS;
    }
}
