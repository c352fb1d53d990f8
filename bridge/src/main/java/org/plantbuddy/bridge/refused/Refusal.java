package org.plantbuddy.bridge.refused;

import java.util.List;
import java.util.Map;
import org.plantbuddy.boards.Reason;

/**
 * A reading that is not stored, or many of one message.
 *
 * @param user who is told
 * @param topic as published
 * @param payload its first characters
 * @param counts how many readings, by the kind of rule that they break
 * @param text the value and the rule
 * @param stamp what tells two equal ones apart, the same on redelivery: the time of arrival, or of the reading
 */
public record Refusal(
        String user, String topic, String payload, Map<Reason, Integer> counts, String text, String stamp) {

    public Refusal {
        counts = Map.copyOf(counts);
    }

    /** Of one reading. */
    public Refusal(String user, String topic, String payload, Reason reason, String text, String stamp) {
        this(user, topic, payload, Map.of(reason, 1), text, stamp);
    }

    /** How many readings these are of. */
    static int readings(List<Refusal> refusals) {
        return refusals.stream()
                .flatMap(refusal -> refusal.counts().values().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }
}
