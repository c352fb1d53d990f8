package org.plantbuddy.process;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * By when what a thread is at has to end, so that who waits for it hears in time that a part hangs. Whatever asks another part
 * waits no longer than {@link #atMost} says. A thread without a deadline waits as long as each of them allows.
 */
public final class Deadline {

    private static final ThreadLocal<@Nullable Long> END_NS = new ThreadLocal<>();
    private static final Duration LEAST = Duration.ofMillis(1); // none at all is without end to most

    private Deadline() {}

    /** Gives this thread so long, until {@link #lift}. */
    public static void start(Duration length) {
        END_NS.set(System.nanoTime() + length.toNanos());
    }

    /** Lets this thread go on: nobody waits, or an answer of any length is on its way. */
    public static void lift() {
        END_NS.remove();
    }

    public static boolean isSet() {
        return END_NS.get() != null;
    }

    /** How long this thread may wait for something: so long, or what is left; a moment when nothing is. */
    public static Duration atMost(Duration usual) {
        Long end = END_NS.get();
        if (end == null) {
            return usual;
        }
        Duration left = Duration.ofNanos(end - System.nanoTime());
        Duration shorter = left.compareTo(usual) < 0 ? left : usual;
        return shorter.compareTo(LEAST) < 0 ? LEAST : shorter;
    }
}
