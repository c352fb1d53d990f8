package org.plantbuddy.web.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.web.http.Problem;

class ReadingsTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private final Source source = new Source();
    private final Readings<String, List<Series>> readings =
            new Readings<>(source::ask, user -> user, List.of(), lines -> 1, clock);

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

    @Test
    void oneQuestionOfAUserIsAskedAtATimeAndOthersDoNotWaitForIt() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Readings<String, String> slow = new Readings<>(
                (question, before) -> {
                    if (question.equals("rick slow")) {
                        asked.countDown();
                        awaitUninterruptibly(answer);
                    }
                    return question;
                },
                question -> question.split(" ", -1)[0],
                "",
                seen -> 1,
                clock);
        Thread first = new Thread(() -> slow.of("rick slow", "stamp"));
        first.start();
        asked.await();
        assertThatThrownBy(() -> slow.of("rick other", "stamp"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(429));
        assertThat(slow.of("ida other", "stamp").seen()).isEqualTo("ida other");
        answer.countDown();
        first.join();
        assertThat(slow.of("rick other", "stamp").seen()).isEqualTo("rick other");
    }

    @Test
    void answerBeforeIsGivenToWhoAsksAgain() {
        Readings<String, String> readings = new Readings<>(
                (question, before) -> before.orElse("") + question, question -> question, "nothing", seen -> 1, clock);
        readings.of("a", "stamp");
        clock.move(Readings.FRESH_FOR);
        assertThat(readings.of("a", "stamp").seen()).isEqualTo("aa");
        assertThat(readings.of("a", "stamp of another account").seen()).isEqualTo("a");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Source {

        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean away;

        List<Series> ask(String user, Optional<List<Series>> before) {
            asked.incrementAndGet();
            if (away) {
                throw new ReadingsUnavailableException("away", new IllegalStateException());
            }
            double[] one = {1};
            return List.of(new Series("board-of-" + user, "light", 0, one, one, one, one));
        }
    }
}
