package org.plantbuddy.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.plantbuddy.testing.MovableClock;

class SignInThrottleTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private final SignInThrottle throttle = new SignInThrottle(clock);

    @Test
    void eachFurtherTryWaitsTwiceAsLongUpToAMinute() {
        exhaustFreeTries("guesser");
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            Duration wait = throttle.waitOrTry("guesser");
            assertThat(wait).isEqualTo(Duration.ofSeconds(seconds));
            clock.move(wait);
            assertThat(throttle.waitOrTry("guesser")).isZero();
        }
    }

    @Test
    void othersAreNotSlowed() {
        exhaustFreeTries("guesser");
        assertThat(throttle.waitOrTry("owner")).isZero();
    }

    @Test
    void successForgivesWhatFailedBefore() {
        exhaustFreeTries("owner");
        throttle.succeeded("owner");
        assertThat(throttle.waitOrTry("owner")).isZero();
        assertThat(throttle.waitOrTry("owner")).isZero();
    }

    @Test
    void manyAtOnceGetNoMoreTriesThanOneAfterAnother() {
        long tries = IntStream.range(0, 100)
                .parallel()
                .filter(i -> throttle.waitOrTry("guesser").isZero())
                .count();
        assertThat(tries).isEqualTo(SignInThrottle.FREE);
    }

    private void exhaustFreeTries(String origin) {
        for (int i = 0; i < SignInThrottle.FREE; i++) {
            assertThat(throttle.waitOrTry(origin)).isZero();
        }
    }
}
