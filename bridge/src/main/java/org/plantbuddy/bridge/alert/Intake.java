package org.plantbuddy.bridge.alert;

import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Alert;

/** Takes notifications into the outbox. Thread-safe. */
public final class Intake {

    /** What became of a notification. Whichever it is, InfluxDB need not tell it again. */
    public enum Outcome {
        /** Durably in the outbox. */
        STORED,
        /** It was there already. */
        REPEATED,
        /** Its user or board is not ours: removed since, or never there. */
        UNKNOWN
    }

    private final Accounts accounts;
    private final Runnable onStored;

    /**
     * @param onStored called after each alert that was stored, to publish it at once; must not block
     */
    public Intake(Accounts accounts, Runnable onStored) {
        this.accounts = accounts;
        this.onStored = onStored;
    }

    /**
     * Stores the alert unless it is there already. Throws what the database throws when it cannot store.
     */
    public Outcome accept(Alert alert) {
        if (!accounts.devices().exists(alert.user(), alert.device())) {
            return Outcome.UNKNOWN;
        }
        if (!accounts.alerts().store(alert)) {
            return Outcome.REPEATED;
        }
        onStored.run();
        return Outcome.STORED;
    }
}
