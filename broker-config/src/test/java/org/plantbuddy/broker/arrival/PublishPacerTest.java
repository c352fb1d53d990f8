package org.plantbuddy.broker.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.async.Async;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.arrival.PublishPacer.Turn;

class PublishPacerTest {

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final PublishPacer turns = new PublishPacer(later);
    private final AtomicInteger wentOn = new AtomicInteger();
    private final CountDownLatch resumed = new CountDownLatch(1);

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    @Test
    void aTurnThatHasComeIsNotWaitedFor() {
        turns.await(Turn.in(-1, Optional.empty()), this::never, wentOn::incrementAndGet);
        assertThat(wentOn).hasValue(1);
    }

    @Test
    void oneThatHasNotIsAndTheMessageGoesOnOnce() throws Exception {
        long start = System.nanoTime();
        turns.await(Turn.in(TimeUnit.MILLISECONDS.toNanos(50), Optional.empty()), this::held, wentOn::incrementAndGet);
        assertThat(resumed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        await().until(() -> wentOn.get() == 1);
    }

    @Test
    void nothingWaitsOnceTheTimerHasStopped() throws Exception {
        later.shutdownNow();
        turns.await(Turn.in(TimeUnit.HOURS.toNanos(1), Optional.empty()), this::held, wentOn::incrementAndGet);
        assertThat(resumed.await(0, TimeUnit.SECONDS)).isTrue();
        assertThat(wentOn).hasValue(1);
    }

    private Async<?> never() {
        throw new AssertionError("held");
    }

    private Async<?> held() {
        return new Async<Object>() {
            @Override
            public void resume() {
                resumed.countDown();
            }

            @Override
            public Object getOutput() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Status getStatus() {
                throw new UnsupportedOperationException();
            }
        };
    }
}
