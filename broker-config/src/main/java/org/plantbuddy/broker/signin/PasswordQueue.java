package org.plantbuddy.broker.signin;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Passwords that wait to be hashed. Whose address has failed less, and has fewer waiting, comes first; when too many wait,
 * the last of them is turned away. So those who guess wait for each other. Thread-safe.
 */
final class PasswordQueue {

    /**
     * One that waits.
     *
     * @param address where it comes from
     * @param rank lower ones come first
     * @param number order of arrival
     */
    record Waiting(String address, long rank, long number, Runnable check, Runnable turnAway) {}

    private static final Comparator<Waiting> FIRST =
            Comparator.comparingLong(Waiting::rank).thenComparingLong(Waiting::number);

    private final int room;
    private final TreeSet<Waiting> waiting = new TreeSet<>(FIRST);
    private final Map<String, Integer> ofAddress = new HashMap<>();
    private long arrived;

    PasswordQueue(int room) {
        this.room = room;
    }

    /** Queues a check; returns the one, this or another, for which there is no room. */
    synchronized Optional<Waiting> add(String address, int failures, Runnable check, Runnable turnAway) {
        long rank = (long) failures + ofAddress.getOrDefault(address, 0);
        waiting.add(new Waiting(address, rank, arrived++, check, turnAway));
        ofAddress.merge(address, 1, Integer::sum);
        notify();
        return waiting.size() > room ? Optional.of(removed(waiting.last())) : Optional.empty();
    }

    synchronized Waiting take() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        return removed(waiting.first());
    }

    private Waiting removed(Waiting one) {
        waiting.remove(one);
        ofAddress.computeIfPresent(one.address(), (address, count) -> count == 1 ? null : count - 1);
        return one;
    }
}
