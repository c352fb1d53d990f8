package org.plantbuddy.broker.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.access.Addresses;

/** What slows those who guess passwords, and no one else. */
class GuessingTest {

    private final AtomicLong now = new AtomicLong();
    private final FailedSignIns failures = new FailedSignIns(now::get);

    @Test
    void afterAFewFailuresEachAnswerWaitsLonger() {
        for (int i = 0; i < FailedSignIns.FREE_OF_NAME; i++) {
            assertThat(failures.failed("address " + i, "rick")).isZero();
        }
        assertThat(failures.failed("another", "rick")).isEqualTo(Duration.ofMillis(250));
        assertThat(failures.failed("another", "rick")).isEqualTo(Duration.ofMillis(500));
        for (int i = 0; i < 1_000; i++) {
            assertThat(failures.failed("another", "rick")).isBetween(Duration.ofSeconds(1), FailedSignIns.LONGEST);
        }
        assertThat(failures.failed("a quiet address", "anna")).isZero();
        assertThat(failures.failed("another", "bert"))
                .as("the address is slow, whatever the name")
                .isPositive();
    }

    @Test
    void failuresAreForgotten() {
        for (int i = 0; i < 100; i++) {
            failures.failed("address", "rick");
        }
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(failures.from("address")).isZero();
        assertThat(failures.failed("address", "rick")).isZero();
    }

    @Test
    void afterSomeTriesAPasswordIsLookedAtOnceASecond() {
        for (int i = 0; i < FailedSignIns.FREE_TRIES; i++) {
            assertThat(failures.mayTry("address", "rick")).isTrue();
        }
        assertThat(failures.mayTry("address", "rick")).as("this second's").isTrue();
        assertThat(failures.mayTry("address", "rick")).isFalse();
        assertThat(failures.mayTry("address", "anna")).isTrue();
        assertThat(failures.mayTry("another", "rick")).isTrue();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(failures.mayTry("address", "rick")).isTrue();
        assertThat(failures.mayTry("address", "rick")).isFalse();
        failures.succeeded("address", "rick");
        assertThat(failures.mayTry("address", "rick")).isTrue();
    }

    @Test
    void manyAddressesOfOneNetworkAreOne() throws Exception {
        assertThat(Addresses.network(InetAddress.getByName("2001:db8:1:2::1")))
                .isEqualTo(Addresses.network(InetAddress.getByName("2001:db8:1:2:ffff::9")))
                .isNotEqualTo(Addresses.network(InetAddress.getByName("2001:db8:1:3::1")));
        assertThat(Addresses.network(InetAddress.getByName("192.0.2.7"))).isEqualTo("192.0.2.7");
    }

    @Test
    void aPasswordFromAnAddressWithoutFailuresIsHashedFirst() throws Exception {
        PasswordQueue queue = new PasswordQueue(100);
        for (int i = 0; i < 50; i++) {
            assertThat(queue.add("guesser", 30, GuessingTest::nothing, GuessingTest::nothing))
                    .isEmpty();
        }
        assertThat(queue.add("rick", 0, GuessingTest::nothing, GuessingTest::nothing))
                .isEmpty();
        assertThat(queue.take().address()).isEqualTo("rick");
        assertThat(queue.take().address()).isEqualTo("guesser");
    }

    @Test
    void aFloodFromOneFreshAddressWaitsBehindTheFirstOfEachOther() throws Exception {
        PasswordQueue queue = new PasswordQueue(100);
        for (int i = 0; i < 50; i++) {
            queue.add("flood", 0, GuessingTest::nothing, GuessingTest::nothing);
        }
        queue.add("rick", 0, GuessingTest::nothing, GuessingTest::nothing);
        queue.add("anna", 0, GuessingTest::nothing, GuessingTest::nothing);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            order.add(queue.take().address());
        }
        assertThat(order).containsExactly("flood", "rick", "anna", "flood");
    }

    @Test
    void whenTooManyWaitOneOfTheGuessersIsTurnedAway() {
        PasswordQueue queue = new PasswordQueue(10);
        for (int i = 0; i < 10; i++) {
            assertThat(queue.add("guesser", 30, GuessingTest::nothing, GuessingTest::nothing))
                    .isEmpty();
        }
        Optional<PasswordQueue.Waiting> turnedAway = queue.add("rick", 0, GuessingTest::nothing, GuessingTest::nothing);
        assertThat(turnedAway.orElseThrow().address()).isEqualTo("guesser");
        assertThat(queue.add("guesser", 31, GuessingTest::nothing, GuessingTest::nothing)
                        .orElseThrow()
                        .rank())
                .isEqualTo(31 + 9);
    }

    @Test
    void aPasswordIsKnownUntilItIsChanged() {
        KnownPasswords known = new KnownPasswords();
        assertThat(known.contains("rick", "correct horse", "mark 1")).isFalse();
        known.add("rick", "correct horse", "mark 1");
        assertThat(known.contains("rick", "correct horse", "mark 1")).isTrue();
        assertThat(known.contains("rick", "correct hors", "mark 1")).isFalse();
        assertThat(known.contains("anna", "correct horse", "mark 1")).isFalse();
        assertThat(known.contains("rick", "correct horse", "mark 2")).isFalse();
    }

    private static void nothing() {}
}
