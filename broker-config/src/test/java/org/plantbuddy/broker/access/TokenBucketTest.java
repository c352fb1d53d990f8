package org.plantbuddy.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Test
    void aSecondsWorthIsThereAtOnceAndThenEachWaitsItsTurn() {
        TokenBucket bucket = new TokenBucket(10, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.take(1, 0, 0)).hasValue(0);
        }
        assertThat(bucket.take(1, 0, 0)).isEmpty();
        assertThat(bucket.take(1, 0, 1_000 * MS)).hasValue(100 * MS);
        assertThat(bucket.take(1, 0, 1_000 * MS)).hasValue(200 * MS);
        assertThat(bucket.take(1, 200 * MS, 0)).isEmpty();
        assertThat(bucket.take(1, 300 * MS, 0)).hasValue(0);
    }

    @Test
    void whatIsNotTakenIsNotPaidFor() {
        TokenBucket bucket = new TokenBucket(10, 0);
        assertThat(bucket.take(10, 0, 0)).hasValue(0);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.take(1, 0, 50 * MS)).isEmpty();
        }
        assertThat(bucket.take(1, 100 * MS, 0)).hasValue(0);
    }

    @Test
    void whatIsGivenBackCanBeTaken() {
        TokenBucket bucket = new TokenBucket(10, 0);
        assertThat(bucket.take(10, 0, 0)).hasValue(0);
        bucket.giveBack(3);
        assertThat(bucket.take(3, 0, 0)).hasValue(0);
        assertThat(bucket.take(1, 0, 0)).isEmpty();
    }

    @Test
    void neverMoreThanASecondsWorthIsSaved() {
        TokenBucket bucket = new TokenBucket(10, 0);
        long later = TimeUnit.HOURS.toNanos(1);
        int taken = 0;
        while (bucket.take(1, later, 0).isPresent()) {
            taken++;
        }
        assertThat(taken).isEqualTo(10);
    }

    @Test
    void whatCostsMoreThanTheBucketHoldsComesThroughOnceItIsFullAndTheNextPaysForAllOfIt() {
        TokenBucket bucket = new TokenBucket(10, 0);
        assertThat(bucket.take(20, 0, 0)).hasValue(0);
        assertThat(bucket.take(1_000, 0, 2_000 * MS)).isEqualTo(OptionalLong.of(2_000 * MS));
        assertThat(bucket.take(1, 0, 100_000 * MS)).isEmpty();
        assertThat(bucket.take(1, 101_100 * MS, 0)).hasValue(0);
    }
}
