package org.plantbuddy.web.series;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.flux.LineQuery;

/**
 * A time that is shown. Immutable.
 *
 * @param last how long before now; zero: from {@code from}
 * @param until empty: now
 */
record Span(Duration last, Instant from, Optional<Instant> until) {

    /** A line has no more points than so many, and what came in the newest minutes. */
    private static final int MOST_WINDOWS = 510;

    private static final List<Duration> STEPS = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            LineQuery.WINDOW,
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4),
            Duration.ofHours(12));

    static Span last(Duration length) {
        return new Span(length, Instant.EPOCH, Optional.empty());
    }

    static Span between(Instant from, Optional<Instant> until) {
        return new Span(Duration.ZERO, from, until);
    }

    Instant start(Instant now) {
        return last.isZero() ? from : now.minus(last);
    }

    Instant end(Instant now) {
        return until.filter(then -> then.isBefore(now)).orElse(now);
    }

    /** How long windows have to be so that a line has not too many: days where half a day is too short. */
    static Duration step(Duration length) {
        long least = length.toSeconds() / MOST_WINDOWS;
        return STEPS.stream()
                .filter(step -> step.toSeconds() >= least)
                .findFirst()
                .orElse(Duration.ofDays(1
                        + (length.toSeconds() - 1)
                                / MOST_WINDOWS
                                / Duration.ofDays(1).toSeconds()));
    }

    /** The start of the window of a time. */
    static Instant floor(Instant time, Duration step) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), step.toSeconds()) * step.toSeconds());
    }
}
