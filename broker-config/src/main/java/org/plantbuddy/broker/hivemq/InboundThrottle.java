package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extensions.client.parameter.ConnectionAttributeStoreImpl;
import java.lang.reflect.Method;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection sends. While a message of it is held the broker reads no more from it, so a client that waits for
 * nothing is stopped by its own network connection and not by the broker's memory and processors; see decision 0070.
 * Thread-safe.
 *
 * <p>HiveMQ CE does not offer this to extensions: it is reached from inside.
 */
public final class InboundThrottle {

    private static final Logger log = LoggerFactory.getLogger(InboundThrottle.class);

    /** Some tens of readings. What is read at once is decoded at once, and others on the same thread wait for it. */
    private static final int BYTES_A_READ = 4_096;

    /** The first message of a portion is held sooner than this, if any of it is, on a busy machine too. */
    private static final long HELD_WITHIN_MS = 50;

    private final Object channel;
    private final Object config;
    private final Method setAutoRead;
    private final Method read;
    private final ScheduledExecutorService later;
    private int held;
    private long stops;

    private InboundThrottle(Object channel, Object config, ScheduledExecutorService later)
            throws NoSuchMethodException {
        this.channel = channel;
        this.config = config;
        this.setAutoRead = HiveMqInternals.method(config.getClass(), "setAutoRead", 1);
        this.read = HiveMqInternals.method(channel.getClass(), "read", 0);
        this.later = later;
    }

    /**
     * Looks whether it can be had.
     *
     * @throws ReflectiveOperationException where it cannot
     */
    public static void check() throws ReflectiveOperationException {
        var unused = ConnectionAttributeStoreImpl.class.getDeclaredField("channel");
    }

    /**
     * Has the broker read a little at a time from the connection.
     *
     * @throws ReflectiveOperationException where that cannot be done
     */
    public static InboundThrottle of(ConnectionInformation connection, ScheduledExecutorService later)
            throws ReflectiveOperationException {
        return ofAttributes(connection.getConnectionAttributeStore(), later);
    }

    /** @param attributes of the connection: they know its channel */
    static InboundThrottle ofAttributes(Object attributes, ScheduledExecutorService later)
            throws ReflectiveOperationException {
        Object channel = HiveMqInternals.field(attributes, "channel");
        Object config = HiveMqInternals.get(Object.class, channel, "config");
        InboundThrottle inlet = new InboundThrottle(channel, config, later);
        Object little = channel.getClass()
                .getClassLoader()
                .loadClass("io.netty.channel.FixedRecvByteBufAllocator")
                .getConstructor(int.class)
                .newInstance(BYTES_A_READ);
        HiveMqInternals.call(config, "setRecvByteBufAllocator", little);
        HiveMqInternals.call(config, "setMaxMessagesPerRead", 1);
        return inlet;
    }

    /** A message is held: reads no more. {@link #goOn} must follow, for each. */
    public synchronized void stop() {
        stops++;
        held++;
        call(setAutoRead, config, false); // each time: HiveMQ turns it on after a subscription
    }

    /** A message is no longer held. When none is: reads one portion, and on when no message of it is held. */
    public synchronized void goOn() {
        held--;
        if (held > 0) {
            return;
        }
        call(read, channel);
        long stopped = stops;
        try {
            var unused = later.schedule(() -> readOnUnlessStoppedSince(stopped), HELD_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // the broker stops
            readOnUnlessStoppedSince(stopped);
        }
    }

    private synchronized void readOnUnlessStoppedSince(long stopped) {
        if (stops == stopped) {
            call(setAutoRead, config, true);
        }
    }

    /** Netty takes turns in the order they are told only from one thread at a time. */
    private static void call(Method method, Object of, Object... arguments) {
        try {
            method.invoke(of, arguments);
        } catch (ReflectiveOperationException e) {
            log.warn("inlet=not-turned call={} cause={}", method.getName(), e.toString());
        }
    }
}
