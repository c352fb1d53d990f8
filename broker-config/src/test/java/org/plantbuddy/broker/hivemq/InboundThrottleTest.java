package org.plantbuddy.broker.hivemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With classes that look as HiveMQ's do inside; that HiveMQ's do is what {@code InletIT} shows. */
class InboundThrottleTest {

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Config config = new Config();

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    /** As Netty's {@code ChannelConfig}. */
    static final class Config {
        private final List<Boolean> reads = new CopyOnWriteArrayList<>();
        private int portions;
        private Optional<RecvByteBufAllocator> size = Optional.empty();

        Config setAutoRead(boolean on) {
            reads.add(on);
            return this;
        }

        Config setRecvByteBufAllocator(RecvByteBufAllocator size) {
            this.size = Optional.of(size);
            return this;
        }

        Config setMaxMessagesPerRead(int portions) {
            this.portions = portions;
            return this;
        }
    }

    /** As Netty's {@code Channel}. */
    record Channel(Config config, AtomicInteger portions) {
        Channel read() {
            portions.incrementAndGet();
            return this;
        }
    }

    @SuppressWarnings("unused") // read by its name
    record Attributes(Object channel) {}

    @Test
    void readsNothingWhileAMessageIsHeldAndThenOnePortionAfterTheOther() throws Exception {
        AtomicInteger portions = new AtomicInteger();
        InboundThrottle inlet = InboundThrottle.ofAttributes(new Attributes(new Channel(config, portions)), later);
        assertThat(config.portions).isEqualTo(1);
        assertThat(config.size).containsInstanceOf(FixedRecvByteBufAllocator.class);
        CountDownLatch heldAgain = new CountDownLatch(1);
        later.execute(() -> await(heldAgain)); // nothing else runs there until then
        inlet.stop();
        inlet.stop();
        inlet.goOn();
        assertThat(config.reads).containsExactly(false, false);
        assertThat(portions).hasValue(0);
        inlet.goOn();
        assertThat(portions).hasValue(1);
        inlet.stop(); // by a message of that portion
        heldAgain.countDown();
        settle();
        assertThat(config.reads).doesNotContain(true);
        inlet.goOn();
        assertThat(portions).hasValue(2);
        settle();
        assertThat(config.reads).endsWith(true);
    }

    @Test
    void saysThatHiveMqLooksDifferentInside() {
        assertThatThrownBy(() -> InboundThrottle.ofAttributes(new Object(), later))
                .isInstanceOf(NoSuchFieldException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle() throws Exception {
        later.schedule(() -> {}, 100, TimeUnit.MILLISECONDS).get();
    }
}
