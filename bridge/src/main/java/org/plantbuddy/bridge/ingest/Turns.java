package org.plantbuddy.bridge.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What waits to be worked off, by user: whoever has something waiting gets a turn before anybody gets a second one. What one
 * user sends stays in its order. Thread-safe.
 */
final class Turns<T> {

    private final int turn;
    private final ToIntFunction<T> cost;
    private final Map<String, Deque<T>> byUser = new HashMap<>();
    private final Deque<String> next = new ArrayDeque<>();

    /**
     * @param turn what the things taken in one turn may cost together; one is taken whatever it costs
     * @param cost of one, at least 1
     */
    Turns(int turn, ToIntFunction<T> cost) {
        this.turn = turn;
        this.cost = cost;
    }

    synchronized void add(String user, T one) {
        Deque<T> waiting = byUser.get(user);
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            byUser.put(user, waiting);
            next.add(user);
        }
        waiting.add(one);
        notifyAll();
    }

    /** Waits until there is something; returns whether there is. */
    synchronized boolean await(long milliseconds) throws InterruptedException {
        if (next.isEmpty()) {
            TimeUnit.MILLISECONDS.timedWait(this, milliseconds);
        }
        return !next.isEmpty();
    }

    /**
     * Takes turn after turn.
     *
     * @param most what all may cost together: no further turn begins when it is reached
     */
    synchronized List<T> take(int most) {
        List<T> taken = new ArrayList<>();
        int spent = 0;
        while (spent < most && !next.isEmpty()) {
            String user = next.remove();
            Deque<T> waiting = byUser.getOrDefault(user, new ArrayDeque<>());
            int left = turn;
            do {
                T one = waiting.remove();
                taken.add(one);
                left -= cost.applyAsInt(one);
            } while (left > 0 && !waiting.isEmpty());
            spent += turn - left;
            if (waiting.isEmpty()) {
                byUser.remove(user);
            } else {
                next.add(user);
            }
        }
        return taken;
    }

    synchronized void removeIf(Predicate<T> unwanted) {
        byUser.values().removeIf(waiting -> {
            waiting.removeIf(unwanted);
            return waiting.isEmpty();
        });
        next.removeIf(user -> !byUser.containsKey(user));
    }
}
