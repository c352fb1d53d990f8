package org.plantbuddy.simulator;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a board remembers of its MQTT session from one connection to the next: which message, under which packet id, the
 * broker has not answered. Thread-safe.
 */
final class LoadSession {

    private static final int LAST_ID = 65_535;

    private final Map<Integer, NumberedReading> unanswered = new LinkedHashMap<>();
    private int lastId;

    /** Takes a packet id for this reading, one that no unanswered message has. */
    synchronized int add(NumberedReading reading) {
        do {
            lastId = lastId % LAST_ID + 1;
        } while (unanswered.containsKey(lastId));
        unanswered.put(lastId, reading);
        return lastId;
    }

    /** The broker has answered this message; returns which it was. */
    synchronized NumberedReading answered(int packetId) {
        NumberedReading reading = unanswered.remove(packetId);
        if (reading == null) {
            throw new IllegalStateException("the broker answers packet " + packetId + ", which nobody sent");
        }
        return reading;
    }

    /** What is to be sent again on the next connection, in the order it was sent. */
    synchronized Map<Integer, NumberedReading> unanswered() {
        return new LinkedHashMap<>(unanswered);
    }

    synchronized int size() {
        return unanswered.size();
    }
}
