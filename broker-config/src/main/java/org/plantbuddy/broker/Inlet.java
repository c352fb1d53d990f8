package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
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
final class Inlet {

    private static final Logger log = LoggerFactory.getLogger(Inlet.class);

    /** The next message that was read before is held sooner than this, on a busy machine too. */
    private static final long NEXT_WITHIN_MS = 50;

    /** Some tens of readings. What is read at once is decoded at once, and others on the same thread wait for it. */
    private static final int BYTES_A_READ = 4_096;

    private final Object channelConfig;
    private final Method setAutoRead;
    private final ScheduledExecutorService later;
    private long stops;

    private Inlet(Object channelConfig, Method setAutoRead, ScheduledExecutorService later) {
        this.channelConfig = channelConfig;
        this.setAutoRead = setAutoRead;
        this.later = later;
    }

    /**
     * Has the broker read a little at a time from the connection.
     *
     * @throws ReflectiveOperationException where that cannot be done
     */
    static Inlet of(ConnectionInformation connection, ScheduledExecutorService later)
            throws ReflectiveOperationException {
        return ofAttributes(connection.getConnectionAttributeStore(), later);
    }

    /** @param attributes of the connection: they know its channel */
    static Inlet ofAttributes(Object attributes, ScheduledExecutorService later) throws ReflectiveOperationException {
        Object channel = Inside.field(attributes, "channel");
        Object config = Inside.get(Object.class, channel, "config");
        Object little = channel.getClass()
                .getClassLoader()
                .loadClass("io.netty.channel.FixedRecvByteBufAllocator")
                .getConstructor(int.class)
                .newInstance(BYTES_A_READ);
        Inside.call(config, "setRecvByteBufAllocator", little);
        Inside.call(config, "setMaxMessagesPerRead", 1);
        return new Inlet(config, Inside.method(config.getClass(), "setAutoRead", 1), later);
    }

    /** Reads no more. {@link #goOn} must follow. */
    synchronized void stop() {
        stops++;
        read(false);
    }

    /** Reads on soon, unless the next message stops it before: what was read already comes first. */
    synchronized void goOn() {
        long stopped = stops;
        try {
            var unused = later.schedule(() -> readUnlessStoppedSince(stopped), NEXT_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // the broker stops
            read(true);
        }
    }

    private synchronized void readUnlessStoppedSince(long stopped) {
        if (stops == stopped) {
            read(true);
        }
    }

    /** Netty takes turns in the order they are told only from one thread at a time. */
    private void read(boolean on) {
        try {
            setAutoRead.invoke(channelConfig, on);
        } catch (ReflectiveOperationException e) {
            log.warn("inlet=not-turned on={} cause={}", on, e.toString());
        }
    }
}
