package org.plantbuddy.bridge.refused;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.accounts.RefusedReadings;
import org.plantbuddy.boards.Reason;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.text.Sha256;

/**
 * Keeps refused readings in the database, and has their owners told.
 *
 * <p>The database is the record; a notice that the broker does not take is counted, and the owner still finds the
 * reading on the page. Thread-safe.
 */
public final class Refusals {

    private final RefusedReadings kept;
    private final Notices notices;
    private final Clock clock;
    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    public Refusals(RefusedReadings kept, Publisher publisher, MeterRegistry meters, Clock clock) {
        this.kept = kept;
        this.notices = new Notices(publisher, meters);
        this.clock = clock;
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("plantbuddy.readings.refused")
                            .description("Readings that were not stored")
                            .tag("reason", reason.label())
                            .register(meters));
        }
    }

    /**
     * Returns when all are in the database; notices are on their way then, or given up.
     *
     * @throws RuntimeException what the database throws when it cannot keep them: then they are to be tried again
     */
    public void add(List<Refusal> refusals) {
        if (refusals.isEmpty()) {
            return;
        }
        Map<String, List<Refusal>> byUser = new LinkedHashMap<>();
        refusals.forEach(refusal -> byUser.computeIfAbsent(refusal.user(), user -> new ArrayList<>())
                .add(refusal));
        Instant now = clock.instant();
        // In one order, so that several bridges do not wait for each other in a circle.
        keep(new TreeMap<>(byUser).values(), now);
        byUser.forEach((user, ofUser) -> notices.tell(user, ofUser, now));
    }

    /** The newest of each user, as many as are kept: the others would be forgotten at once, and are only counted. */
    private void keep(Collection<List<Refusal>> byUser, Instant now) {
        Map<String, Refusal> newest = new LinkedHashMap<>();
        List<Refusal> counted = new ArrayList<>();
        for (List<Refusal> ofUser : byUser) {
            int over = Math.max(0, ofUser.size() - RefusedReadings.KEPT_PER_USER);
            counted.addAll(ofUser.subList(0, over));
            ofUser.subList(over, ofUser.size()).forEach(refusal -> newest.put(id(refusal), refusal));
        }
        List<RefusedReading> rows = new ArrayList<>();
        newest.forEach((id, refusal) -> rows.add(
                new RefusedReading(id, refusal.user(), refusal.topic(), refusal.payload(), refusal.text(), now)));
        for (RefusedReading added : kept.add(rows)) {
            Refusal refusal = newest.get(added.id());
            if (refusal != null) {
                counted.add(refusal);
            }
        }
        counted.forEach(refusal -> refusal.counts().forEach(this::count));
    }

    private void count(Reason reason, int readings) {
        Counter counter = counters.get(reason);
        if (counter == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        counter.increment(readings);
    }

    private static String id(Refusal refusal) {
        return Sha256.hex(String.join("\0", refusal.topic(), refusal.payload(), refusal.text(), refusal.stamp(), ""));
    }
}
