package org.plantbuddy.operations.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Readings of a file that belong together: no two neighbours are more than a year apart. What lies outside the stretch
 * with the most readings was stamped by a clock that was not set, or had lost its mind.
 *
 * @param from epoch ns of the oldest
 * @param newest epoch ns of the newest
 * @param readings how many they are
 */
record Stretch(long from, long newest, long readings) {

    private static final long DAY = 86_400_000_000_000L;
    private static final long APART_DAYS = 366;

    boolean has(long nanos) {
        return nanos >= from && nanos <= newest;
    }

    private Stretch and(Stretch other) {
        return new Stretch(Math.min(from, other.from), Math.max(newest, other.newest), readings + other.readings);
    }

    private boolean isNear(Stretch later) {
        return Math.floorDiv(later.from, DAY) - Math.floorDiv(newest, DAY) <= APART_DAYS;
    }

    /** Readings counted by day: there are not many days, however many readings there are. */
    static final class Days {

        private final SortedMap<Long, Stretch> days = new TreeMap<>();

        void add(long nanos) {
            days.merge(Math.floorDiv(nanos, DAY), new Stretch(nanos, nanos, 1), Stretch::and);
        }

        /** The stretch with the most readings; of equal ones the newest that is not ahead of now. */
        Optional<Stretch> main(Instant now) {
            return stretches().stream()
                    .max(Comparator.comparingLong(Stretch::readings)
                            .thenComparing(stretch ->
                                    !Instant.EPOCH.plusNanos(stretch.newest).isAfter(now))
                            .thenComparingLong(Stretch::newest));
        }

        long readings() {
            return days.values().stream().mapToLong(Stretch::readings).sum();
        }

        private List<Stretch> stretches() {
            List<Stretch> all = new ArrayList<>();
            for (Map.Entry<Long, Stretch> day : days.entrySet()) {
                int last = all.size() - 1;
                if (last >= 0 && all.get(last).isNear(day.getValue())) {
                    all.set(last, all.get(last).and(day.getValue()));
                } else {
                    all.add(day.getValue());
                }
            }
            return all;
        }
    }
}
