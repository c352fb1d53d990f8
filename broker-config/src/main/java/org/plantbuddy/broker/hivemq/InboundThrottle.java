package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import io.netty.channel.Channel;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one connection sends. While a message of it is held the broker reads no more from it, so a client that waits for
 * nothing is stopped by its own network connection and not by the broker's memory and processors; see decision 0070.
 * Thread-safe.
 *
 * <p>HiveMQ CE does not offer this to extensions: it is reached from inside.
 */
public final class InboundThrottle {

    /** Some tens of readings. What is read at once is decoded at once, and others on the same thread wait for it. */
    private static final int BYTES_A_READ = 4_096;

    /** The first message of a portion is held sooner than this, if any of it is, on a busy machine too. */
    private static final long HELD_WITHIN_MS = 50;

    private final Channel channel;
    private final ScheduledExecutorService later;
    private int held;
    private long stops;

    InboundThrottle(Channel channel, ScheduledExecutorService later) {
        this.channel = channel;
        this.later = later;
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(BYTES_A_READ).maxMessagesPerRead(1));
    }

    /**
     * Looks whether it can be had.
     *
     * @throws ReflectiveOperationException where it cannot
     */
    public static void check() throws ReflectiveOperationException {
        HiveMqInternals.checkChannel();
    }

    /** Has the broker read a little at a time from the connection. To be used where {@link #check} found nothing. */
    public static Optional<InboundThrottle> of(ConnectionInformation connection, ScheduledExecutorService later) {
        return HiveMqInternals.channel(connection).map(channel -> new InboundThrottle(channel, later));
    }

    /** A message is held: reads no more. {@link #goOn} must follow, for each. */
    public synchronized void stop() {
        stops++;
        held++;
        channel.config().setAutoRead(false); // each time: HiveMQ turns it on after a subscription
    }

    /** A message is no longer held. When none is: reads one portion, and on when no message of it is held. */
    public synchronized void goOn() {
        held--;
        if (held > 0) {
            return;
        }
        channel.read();
        long stopped = stops;
        try {
            var unused = later.schedule(() -> readOnUnlessStoppedSince(stopped), HELD_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // the broker stops
            readOnUnlessStoppedSince(stopped);
        }
    }

    private synchronized void readOnUnlessStoppedSince(long stopped) {
        if (stops == stopped) {
            channel.config().setAutoRead(true);
        }
    }
}
