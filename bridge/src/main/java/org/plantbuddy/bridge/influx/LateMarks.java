package org.plantbuddy.bridge.influx;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plantbuddy.influx.Points;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.time.EpochNs;

/**
 * Tells {@code check.flux} which boards have readings that it may have looked past, and {@code downsample.flux} which
 * have new ones in windows that it may have computed already: one point a board in measurement {@code late} of bucket
 * {@code settings}, with the span of the late readings.
 */
final class LateMarks {

    /**
     * What is stored sooner after its time is not late: the check looks back 45 s, the downsampling runs half a minute
     * after a window closed. The difference is for clocks that differ.
     */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** A clock that was ahead by more than this is taken for a mistake. */
    private static final Duration STEP = Duration.ofMinutes(15);

    private final String bridge;

    /** After a clock was stepped back, readings are late by what it was before: the check has looked up to there. */
    private Instant latest = Instant.EPOCH;

    /**
     * @param bridge who marks; made safe as a tag
     */
    LateMarks(String bridge) {
        this.bridge = bridge.replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    private record Board(String user, String device) {}

    private record Span(long from, long until) {

        Span and(Span other) {
            return new Span(Math.min(from, other.from), Math.max(until, other.until));
        }
    }

    /**
     * Lines for readings that have just been stored.
     *
     * @param now after they were
     */
    List<String> of(List<Reading> stored, Instant now) {
        latest = latest.isBefore(now) || latest.isAfter(now.plus(STEP)) ? now : latest;
        long soonestNs = EpochNs.of(latest.minus(GRACE));
        Map<Board, Span> late = new LinkedHashMap<>();
        for (Reading reading : stored) {
            if (reading.timeNs() < soonestNs) {
                late.merge(
                        new Board(reading.series().user(), reading.series().device()),
                        new Span(reading.timeNs(), reading.timeNs() + 1),
                        Span::and);
            }
        }
        return late.entrySet().stream()
                .map(entry -> Points.lateMark(
                        bridge,
                        entry.getKey().user(),
                        entry.getKey().device(),
                        entry.getValue().from(),
                        entry.getValue().until(),
                        now))
                .toList();
    }
}
