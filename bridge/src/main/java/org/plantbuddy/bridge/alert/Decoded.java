package org.plantbuddy.bridge.alert;

import org.plantbuddy.accounts.Alert;

/** What the body of a notification says. */
public sealed interface Decoded {

    /** A change of level, all of it checked. */
    record Change(Alert alert) implements Decoded {}

    /**
     * Not a notification.
     *
     * @param reason the field and the rule it breaks
     */
    record Malformed(String reason) implements Decoded {}
}
