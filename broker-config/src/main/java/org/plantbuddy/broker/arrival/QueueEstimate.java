package org.plantbuddy.broker.arrival;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.plantbuddy.broker.hivemq.QueueSize;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the bridges' queue has room: a full one would drop what comes on top after acknowledging it.
 *
 * <p>{@link #look} asks the broker for the queue's size several times a second. Everything let through since, and in the
 * seconds before, as it may not have come there yet, is counted on top. So what is assumed is not less than what is there,
 * however much comes at once. Thread-safe.
 */
public final class QueueEstimate {

    public static final Duration EVERY = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(QueueEstimate.class);
    private static final long PATIENCE_S = 10;

    /** Looks, three seconds' worth, within which what was let through has reached the queue even on a busy machine. */
    private static final int ON_THE_WAY = 15;

    private final QueueSize size;
    private final long refuseAt;
    private final long takeAgainAt;
    private final AtomicLong letThrough = new AtomicLong();
    private final Deque<Long> atEarlierLooks = new ArrayDeque<>();
    private volatile Optional<Known> known = Optional.empty();
    private volatile boolean full;

    /**
     * What a look brought.
     *
     * @param size of the queue
     * @param from what had been let through a while before: what came since may not have reached the queue
     */
    private record Known(int size, long from) {}

    public QueueEstimate(QueueSize size) {
        this.size = size;
        this.refuseAt = size.most() - size.most() / 20;
        this.takeAgainAt = size.most() - size.most() / 10;
    }

    /** Whether one more message finds room; if so, it is counted. */
    boolean takes() {
        long through = letThrough.incrementAndGet();
        if (known.isEmpty()) {
            return false; // the first look comes as soon as the broker runs
        }
        long assumed = known.get().size() + through - known.get().from();
        boolean refuse = assumed > (full ? takeAgainAt : refuseAt);
        if (refuse) {
            letThrough.decrementAndGet();
        }
        if (refuse != full) {
            full = refuse;
            LOG.warn(
                    "bridgeQueue={} readings={} most={}",
                    refuse ? "nearly full, readings are refused" : "has room again",
                    readings(),
                    size.most());
        }
        return !refuse;
    }

    /** A message that is not refused, full or not, goes through. */
    void count() {
        letThrough.incrementAndGet();
    }

    /** How many messages the queue held at the last look. */
    public int readings() {
        return known.map(Known::size).orElse(0);
    }

    /** To be called by one thread, again and again. */
    public void look() {
        long now = letThrough.get();
        try {
            int answer = size.ask().get(PATIENCE_S, TimeUnit.SECONDS);
            atEarlierLooks.addLast(now);
            known = Optional.of(new Known(answer, atEarlierLooks.getFirst()));
            if (atEarlierLooks.size() > ON_THE_WAY) {
                atEarlierLooks.removeFirst();
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warn("bridgeQueue=unknown cause={}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
