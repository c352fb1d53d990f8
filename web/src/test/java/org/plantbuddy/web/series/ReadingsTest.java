package org.plantbuddy.web.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plantbuddy.testing.MovableClock;

class ReadingsTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private final Source source = new Source();
    private final Readings<List<Series>> readings = new Readings<>(source::last48Hours, List.of(), lines -> 1, clock);

    @Test
    void accountWithTheNameOfARemovedOneSeesNothingOfIt() {
        assertThat(readings.of("rick", "stamp").seen()).hasSize(1);
        source.away = true;

        assertThat(readings.of("rick", "stamp of another account").seen()).isEmpty();
    }

    @Test
    void manyWhoLookAtOnceAskTheDatabaseOnce() {
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> assertThat(readings.of("rick", "stamp").seen()).hasSize(1));
        assertThat(source.asked).hasValue(1);
        clock.move(Readings.FRESH_FOR);
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> assertThat(readings.of("rick", "stamp").isStale()).isFalse());
        assertThat(source.asked).hasValue(2);
    }

    @Test
    void whatWasSeenLastIsShownWhileTheDatabaseIsAway() {
        Readings.View<List<Series>> before = readings.of("rick", "stamp");
        source.away = true;
        clock.move(Readings.FRESH_FOR);
        Readings.View<List<Series>> during = readings.of("rick", "stamp");
        assertThat(during.seen()).isEqualTo(before.seen());
        assertThat(during.isStale()).isTrue();
        assertThat(during.asOf()).isEqualTo(before.asOf());
        assertThat(during.awaySince()).hasValue(clock.instant());
        source.away = false;
        clock.move(Readings.FRESH_FOR);
        assertThat(readings.of("rick", "stamp").isStale()).isFalse();
    }

    @Test
    void databaseIsAwaySinceItFirstDidNotAnswerAnybody() {
        readings.of("rick", "stamp");
        source.away = true;
        clock.move(Readings.FRESH_FOR);
        readings.of("rick", "stamp");
        Instant since = clock.instant();
        clock.move(Duration.ofMinutes(5));
        assertThat(readings.of("rick", "stamp").awaySince()).hasValue(since);
        assertThat(readings.of("ida", "stamp").awaySince()).hasValue(since);
        source.away = false;
        clock.move(Readings.FRESH_FOR);
        assertThat(readings.of("rick", "stamp").awaySince()).isEmpty();
    }

    @Test
    void databaseThatIsAwayIsNotAskedMoreOften() {
        source.away = true;
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> assertThat(readings.of("rick", "stamp").isStale()).isTrue());
        assertThat(source.asked).hasValue(1);
        assertThat(readings.of("rick", "stamp").asOf()).isEmpty();
    }

    @Test
    void eachUserHasTheirOwn() {
        assertThat(readings.of("rick", "stamp").seen().get(0).device()).isEqualTo("board-of-rick");
        assertThat(readings.of("ida", "stamp").seen().get(0).device()).isEqualTo("board-of-ida");
    }

    private static final class Source {

        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean away;

        List<Series> last48Hours(String user) {
            asked.incrementAndGet();
            if (away) {
                throw new ReadingsUnavailableException("away", new IllegalStateException());
            }
            return List.of(new Series("board-of-" + user, "light", List.of(1.0), List.of(2.0), 2, 2));
        }
    }
}
