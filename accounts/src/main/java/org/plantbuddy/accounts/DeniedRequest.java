package org.plantbuddy.accounts;

import java.time.Instant;

/**
 * What a board or a person asked of the broker and did not get, of one kind.
 *
 * @param device empty for the user's own clients
 * @param kind such as {@code wrong-depth}
 * @param reason of the newest: the value, the rule and what to do
 * @param topic of the newest; empty where it is of none
 * @param payload its first characters
 * @param times how often
 * @param untold how many of these are to be published to the owner, and are not yet
 * @param last when the newest was
 */
public record DeniedRequest(
        String user,
        String device,
        String kind,
        String reason,
        String topic,
        String payload,
        long times,
        long untold,
        Instant first,
        Instant last) {

    /** Together with a later one of the same kind. */
    public DeniedRequest and(DeniedRequest later) {
        return new DeniedRequest(
                user,
                device,
                kind,
                later.reason,
                later.topic,
                later.payload,
                times + later.times,
                untold + later.untold,
                first,
                later.last);
    }
}
