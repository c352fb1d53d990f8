package org.plantbuddy.bridge.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is delivered and not acknowledged. MQTT asks for acknowledgements in the order of the messages of a connection; one
 * that is safe before those in front of it waits for them. Thread-safe.
 */
final class Acknowledgements {

    private final Map<Delivery.Origin, Deque<Delivery>> open = new HashMap<>();
    private final Set<Delivery> safe = new HashSet<>();
    private int count;

    synchronized void expect(Delivery delivery) {
        open.computeIfAbsent(delivery.origin(), origin -> new ArrayDeque<>()).add(delivery);
        count++;
    }

    /**
     * These are safe.
     *
     * @return how many messages are acknowledged now that were not before
     */
    synchronized int safe(Collection<Delivery> deliveries) {
        safe.addAll(deliveries);
        List<Delivery> now = new ArrayList<>();
        open.values().forEach(inOrder -> {
            while (!inOrder.isEmpty() && safe.remove(inOrder.peek())) {
                now.add(inOrder.remove());
            }
        });
        count -= now.size();
        Delivery.acknowledge(now);
        return now.size();
    }

    /** The broker delivers anew what was not acknowledged on connections that have ended. */
    synchronized void forgetEnded() {
        open.entrySet().removeIf(connection -> {
            boolean ended = connection.getKey().hasEnded();
            if (ended) {
                count -= connection.getValue().size();
            }
            return ended;
        });
        safe.removeIf(Delivery::isStale);
    }

    /** How many there are. */
    synchronized int count() {
        return count;
    }
}
