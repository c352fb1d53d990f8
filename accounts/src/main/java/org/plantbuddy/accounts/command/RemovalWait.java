package org.plantbuddy.accounts.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.accounts.Removals;

/** Waits for broker and bridges to remove what they have of a user. */
final class RemovalWait {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long LOOK_AGAIN_MS = 200;

    private RemovalWait() {}

    /**
     * Returns when the name is free, or after a minute.
     *
     * @param progress told what is waited for when that changes
     * @return what is still to be done; empty when the name is free
     */
    static Optional<Removal> until(Removals removals, String user, Consumer<String> progress) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String told = "";
        Optional<Removal> left = removals.pending(user);
        try {
            while (left.isPresent() && System.nanoTime() < end) {
                if (!left.get().waitsFor().equals(told)) {
                    told = left.get().waitsFor();
                    progress.accept("waiting for " + told);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
                left = removals.pending(user);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return left;
    }
}
