package org.plantbuddy.process;

import java.time.Duration;

/** Lets a few lines of a kind into the log in ten seconds: whoever is turned away again and again must not fill it. Thread-safe. */
public final class FewLines {

    private static final long WINDOW = Duration.ofSeconds(10).toMillis();
    private static final int PER_WINDOW = 5;

    private long start;
    private int logged;

    /**
     * Whether there is room for one more, which then counts.
     *
     * @param now epoch ms
     */
    public synchronized boolean another(long now) {
        if (now - start >= WINDOW) {
            start = now;
            logged = 0;
        }
        return logged++ < PER_WINDOW;
    }
}
