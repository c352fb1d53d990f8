package org.plantbuddy.accounts;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * A user who was removed.
 *
 * @param removedAt when; tells it from an earlier removal of the same name
 * @param cutoffNs the broker's stamp up to which readings are the removed account's; empty while all of them are,
 *     because the broker has not ended its sessions yet
 * @param erased whether InfluxDB has nothing of it, and the name is free again
 * @param problem why it is not done; empty where nothing is known
 */
public record Removal(String user, Instant removedAt, OptionalLong cutoffNs, boolean erased, String problem) {

    /** What is still to be done, for people. */
    public String waitsFor() {
        if (cutoffNs.isEmpty()) {
            return "the broker, which ends the sessions and clears the retained messages";
        }
        return problem.isEmpty() ? "a bridge, which deletes the data in InfluxDB" : problem;
    }
}
