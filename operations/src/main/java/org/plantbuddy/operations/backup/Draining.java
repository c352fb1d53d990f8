package org.plantbuddy.operations.backup;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.Drains;

/** Waits until every reading that the broker acknowledged before now is stored, wherever it was on its way. */
record Draining(Drains drains, Duration within) {

    private static final long LOOK_AGAIN_MS = 200;
    private static final String INSTEAD =
            "; nothing was written. Try again, give it longer with --drain-within, or do without what is on its way"
                    + " with --without-draining";

    /** @throws BackupException when it takes too long; the message says what is waited for */
    void await() {
        String id = drains.ask();
        try {
            long end = System.nanoTime() + within.toNanos();
            while (true) {
                Drains.Progress progress = drains.progress(id);
                if (progress.bridges() == 0) {
                    throw new BackupException(
                            "no bridge runs, and what the broker acknowledged waits for one: start the"
                                    + " system, or do without what is on its way with --without-draining");
                }
                if (!progress.inQueue() && progress.inJournals().isEmpty()) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw new BackupException(waitsFor(progress) + INSTEAD);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackupException("interrupted; nothing was written", e);
        } finally {
            drains.end(id);
        }
    }

    private String waitsFor(Drains.Progress progress) {
        String after = "after " + within.toSeconds() + " s ";
        return progress.inQueue()
                ? after
                        + "the broker still has readings of before in its queue, or does not run, or is a HiveMQ that"
                        + " does not tell (`plantbuddy status` says which)"
                : after + "readings of before are still in the journals of these bridges: "
                        + String.join(", ", progress.inJournals()) + " (is InfluxDB away, or did a bridge end?)";
    }
}
