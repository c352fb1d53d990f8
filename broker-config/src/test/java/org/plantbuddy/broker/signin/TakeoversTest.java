package org.plantbuddy.broker.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TakeoversTest {

    private long now;
    private final Takeovers takeovers = new Takeovers(() -> now);

    @Test
    void twoBoardsAtTwoAddressesAreSeenAtTheThirdTimeHoweverSlow() {
        assertThat(isTold("10.0.0.1", Duration.ofMinutes(2))).isFalse();
        assertThat(isTold("10.0.0.2", Duration.ofMinutes(2))).isFalse();
        assertThat(isTold("10.0.0.1", Duration.ofMinutes(2))).isTrue();
        assertThat(isTold("10.0.0.2", Duration.ofMinutes(2))).isTrue();
    }

    @Test
    void twoBoardsBehindOneAddressAreSeenByHowOftenTheyDoIt() {
        for (int i = 0; i < 4; i++) {
            assertThat(isTold("10.0.0.1", Duration.ofSeconds(10))).isFalse();
        }
        assertThat(isTold("10.0.0.1", Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void aBoardThatLosesItsConnectionNowAndThenOrGetsAnotherAddressIsNone() {
        for (int i = 0; i < 20; i++) {
            assertThat(isTold("10.0.0.1", Duration.ofSeconds(16))).isFalse();
        }
        assertThat(isTold("10.0.0.2", Duration.ofSeconds(16))).isFalse();
        assertThat(isTold("10.0.0.2", Duration.ofSeconds(16))).isFalse();
    }

    private boolean isTold(String address, Duration later) {
        now += later.toNanos();
        return takeovers.ended("rick/01|pump", address).isPresent();
    }
}
