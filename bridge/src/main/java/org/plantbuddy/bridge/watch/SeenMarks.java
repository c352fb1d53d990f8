package org.plantbuddy.bridge.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes late marks once every task that reads them has done so; nothing else does, and they are kept for ever otherwise. It
 * takes them for seen when each of these tasks has succeeded long after they were written.
 */
final class SeenMarks {

    private static final Logger LOG = LoggerFactory.getLogger(SeenMarks.class);
    private static final List<String> READERS =
            List.of("plantbuddy-check", "plantbuddy-deadman", "plantbuddy-downsample");

    /** Tasks look back 30 min for marks that were written late; the rest is for clocks that differ. */
    private static final Duration SEEN_AFTER = Duration.ofHours(2);

    private static final Duration EVERY = Duration.ofHours(1);

    private final Influx influx;
    private Instant next = Instant.EPOCH;

    /**
     * @param influx with a token that writes bucket {@code settings}
     */
    SeenMarks(Influx influx) {
        this.influx = influx;
    }

    /** Deletes what was seen; does so once an hour, however often it is called. */
    void delete(Collection<TaskRuns> runs, Instant now) {
        Optional<Instant> all = READERS.stream()
                .map(reader -> runs.stream()
                        .filter(seen -> seen.task().equals(reader))
                        .map(TaskRuns::succeeded)
                        .findFirst()
                        .orElse(Instant.EPOCH))
                .min(Instant::compareTo)
                .filter(succeeded -> !succeeded.equals(Instant.EPOCH));
        if (all.isPresent() && !now.isBefore(next)) {
            next = now.plus(EVERY);
            Instant end = all.get().minus(SEEN_AFTER);
            influx.delete(Bucket.SETTINGS, Instant.EPOCH, end, "_measurement=\"late\"");
            LOG.debug("event=late_marks_deleted before={}", end);
        }
    }
}
