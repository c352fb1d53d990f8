package org.plantbuddy.broker.hivemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a channel that only remembers; that HiveMQ's does as told is what {@code InletIT} shows. */
class InboundThrottleTest {

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final List<Boolean> reads = new CopyOnWriteArrayList<>();
    private final AtomicInteger portions = new AtomicInteger();
    private final List<Object> sizes = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    private final ChannelConfig config = fake(ChannelConfig.class, (method, argument) -> {
        if (method.equals("setAutoRead")) {
            reads.add((Boolean) argument);
        } else if (method.equals("setRecvByteBufAllocator")) {
            sizes.add(argument);
        }
        return null;
    });

    private final Channel channel = fake(Channel.class, (method, none) -> {
        if (method.equals("read")) {
            portions.incrementAndGet();
        }
        return method.equals("config") ? config : null;
    });

    private static <T> T fake(Class<T> type, BiFunction<String, Object, @Nullable Object> does) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> does.apply(method.getName(), arguments == null ? "" : arguments[0])));
    }

    @Test
    void readsNothingWhileAMessageIsHeldAndThenOnePortionAfterTheOther() throws Exception {
        InboundThrottle inlet = new InboundThrottle(channel, later);
        assertThat(sizes)
                .singleElement()
                .isInstanceOfSatisfying(
                        FixedRecvByteBufAllocator.class,
                        size -> assertThat(size.maxMessagesPerRead()).isEqualTo(1));
        CountDownLatch heldAgain = new CountDownLatch(1);
        later.execute(() -> await(heldAgain)); // nothing else runs there until then
        inlet.stop();
        inlet.stop();
        inlet.goOn();
        assertThat(reads).containsExactly(false, false);
        assertThat(portions).hasValue(0);
        inlet.goOn();
        assertThat(portions).hasValue(1);
        inlet.stop(); // by a message of that portion
        heldAgain.countDown();
        settle();
        assertThat(reads).doesNotContain(true);
        inlet.goOn();
        assertThat(portions).hasValue(2);
        settle();
        assertThat(reads).endsWith(true);
    }

    @Test
    void saysThatHiveMqLooksDifferentInside() {
        assertThatThrownBy(() -> HiveMqInternals.field(Channel.class, new Object(), "channel"))
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
