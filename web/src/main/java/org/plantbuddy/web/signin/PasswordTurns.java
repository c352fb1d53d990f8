package org.plantbuddy.web.signin;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Each check or change of a password takes 19 MiB and a core for a while: so many at once, the others wait. Thread-safe. */
final class PasswordTurns {

    private static final int AT_ONCE = 4;
    private static final int SECONDS_TO_WAIT = 2;

    /** Who waits for a turn holds a thread of the page's: no more than these, or guessing would stop the page. */
    private static final int WAITING_AT_ONCE = 16;

    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Semaphore waiting = new Semaphore(WAITING_AT_ONCE);

    /** What the work returns; empty, and it was not done, when too many are at it. */
    <T> Optional<T> take(Supplier<T> work) throws InterruptedException {
        if (!waiting.tryAcquire()) {
            return Optional.empty();
        }
        try {
            if (!turns.tryAcquire(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
                return Optional.empty();
            }
            try {
                return Optional.of(work.get());
            } finally {
                turns.release();
            }
        } finally {
            waiting.release();
        }
    }
}
