package org.plantbuddy.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.plantbuddy.testing.MovableClock;

class FailedTriesTest {

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T12:00:00Z"));
    private final FailedTries failures = new FailedTries(clock);

    @Test
    void answersToFailuresFromOneAddressWaitTwiceAsLongEachTimeUpToTenSeconds() {
        for (int i = 0; i < FailedTries.FREE; i++) {
            assertThat(failures.failed("192.0.2.1")).isZero();
        }
        assertThat(failures.isSlowed("192.0.2.1")).isFalse();
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pauses.add(failures.failed("192.0.2.1").toMillis());
        }
        assertThat(pauses).containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 10_000L, 10_000L);
        assertThat(failures.isSlowed("192.0.2.1")).isTrue();
    }

    @Test
    void anotherAddressIsNotSlowedAndANetworkOfIpv6IsOne() {
        for (int i = 0; i <= FailedTries.FREE; i++) {
            failures.failed("2001:db8:1:2:0:0:0:" + i);
        }
        assertThat(failures.isSlowed("2001:db8:1:2:9:9:9:9")).isTrue();
        assertThat(failures.isSlowed("2001:db8:1:3:0:0:0:1")).isFalse();
        assertThat(failures.isSlowed("192.0.2.1")).isFalse();
    }

    @Test
    void failuresAreForgotten() {
        for (int i = 0; i <= FailedTries.FREE; i++) {
            failures.failed("192.0.2.1");
        }
        clock.move(Duration.ofMinutes(11));
        assertThat(failures.isSlowed("192.0.2.1")).isFalse();
    }
}
