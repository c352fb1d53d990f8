package org.plantbuddy.web.overview;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.topic.SeriesName;

/** How old a newest reading may be until nothing can be told of its board or sensor any more. Immutable. */
final class Freshness {

    static final Duration LEAST = Duration.ofMinutes(20);

    /** A sensor that had readings at one time only in so long may do so as seldom. */
    private static final Duration SELDOM = Duration.ofDays(7);

    private static final int USUAL_TIMES = 4;

    private final Map<SeriesName, Duration> usual;
    private final Map<String, Duration> boards = new HashMap<>();

    /** @param usual how long it usually takes from one reading to the next */
    Freshness(Map<SeriesName, Duration> usual) {
        this.usual = usual;
        usual.forEach((series, gap) ->
                boards.merge(series.device(), gap, (one, other) -> one.compareTo(other) < 0 ? one : other));
    }

    /** Four times what is usual for the board's busiest sensor, at least 20 min. */
    Duration ofBoard(String device) {
        return atLeast(LEAST, Optional.ofNullable(boards.get(device)).map(gap -> gap.multipliedBy(USUAL_TIMES)));
    }

    /** A sensor may be heard less often than its board. */
    Duration ofSeries(SeriesName series) {
        Duration own = Optional.ofNullable(usual.get(series))
                .map(gap -> gap.multipliedBy(USUAL_TIMES))
                .orElse(SELDOM);
        return atLeast(ofBoard(series.device()), Optional.of(own));
    }

    private static Duration atLeast(Duration least, Optional<Duration> other) {
        return other.filter(longer -> longer.compareTo(least) > 0).orElse(least);
    }
}
