package org.plantbuddy.broker.arrival;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.plantbuddy.accounts.Drains;
import org.plantbuddy.broker.hivemq.QueueFront;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when what was in the bridges' queue has left it, for backups that wait for that. Where the broker cannot tell, nothing is
 * ever said. {@link #look} is to be called by one thread, again and again.
 */
public final class QueueDrains {

    public static final Duration EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(QueueDrains.class);
    private static final long PATIENCE_S = 10;

    private final Drains drains;
    private final QueueFront queue;
    private final Map<String, Long> upTo = new ConcurrentHashMap<>();

    public QueueDrains(Drains drains, QueueFront queue) {
        this.drains = drains;
        this.queue = queue;
    }

    public void look() {
        try {
            List<String> wanted = drains.inQueue();
            upTo.keySet().retainAll(wanted);
            for (String id : wanted) {
                long number = upTo.computeIfAbsent(id, first -> queue.next());
                if (!queue.hasBefore(number).get(PATIENCE_S, TimeUnit.SECONDS)) {
                    drains.leftQueue(id);
                }
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.warn("event=drains_not_checked cause=\"{}\"", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
