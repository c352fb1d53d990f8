package org.plantbuddy.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @AfterEach
    void lift() {
        Deadline.lift();
    }

    @Test
    void withoutOneEachWaitsAsItDoes() {
        assertThat(Deadline.isSet()).isFalse();
        assertThat(Deadline.atMost(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void nothingWaitsLongerThanIsLeft() {
        Deadline.start(Duration.ofMinutes(30));
        assertThat(Deadline.isSet()).isTrue();
        assertThat(Deadline.atMost(HOUR)).isLessThanOrEqualTo(Duration.ofMinutes(30));
        assertThat(Deadline.atMost(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        Deadline.lift();
        assertThat(Deadline.atMost(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void whenItIsOverAMomentIsLeftAndNotForever() {
        Deadline.start(Duration.ofSeconds(-1));
        assertThat(Deadline.atMost(HOUR)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void itIsOfOneThread() {
        Deadline.start(Duration.ZERO);
        assertThat(CompletableFuture.supplyAsync(() -> Deadline.atMost(HOUR)).join())
                .isEqualTo(HOUR);
    }
}
