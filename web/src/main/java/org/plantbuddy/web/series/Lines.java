package org.plantbuddy.web.series;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What was asked for, and what of it need not be asked for again. Immutable.
 *
 * @param from of the first window, or the time itself where there are readings
 * @param until after the last reading
 * @param step how long a window is; zero: points are readings. With 10 min the points of the newest ones are readings
 * @param series sorted by sensor and board; those without readings are left out
 * @param read when the oldest part was asked for
 * @param settled up to here windows change only when readings come late
 */
record Lines(Instant from, Instant until, Duration step, List<Series> series, Instant read, Instant settled) {

    static final Lines NOTHING =
            new Lines(Instant.EPOCH, Instant.EPOCH, Duration.ZERO, List.of(), Instant.EPOCH, Instant.EPOCH);

    Lines {
        series = List.copyOf(series);
    }

    int points() {
        return series.stream().mapToInt(Series::size).sum();
    }
}
