package org.plantbuddy.bridge.ingest;

import org.plantbuddy.bridge.journal.Reading;
import org.plantbuddy.bridge.refused.Reason;

/** What became of one element of a payload. */
sealed interface Decoded {

    record Accepted(Reading reading) implements Decoded {}

    /**
     * Not to be stored.
     *
     * @param reason what kind of rule it breaks
     * @param text the value, cut, and the rule
     */
    record Refused(Reason reason, String text) implements Decoded {}
}
