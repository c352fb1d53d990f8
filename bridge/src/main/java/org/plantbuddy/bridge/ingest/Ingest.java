package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Statuses;
import org.plantbuddy.bridge.departed.Departed;
import org.plantbuddy.bridge.departed.Fence;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.refused.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries in the order they arrive, a group at a time: everything that came while the group before was being
 * made safe, and a moment longer. A group is acknowledged after its readings are synced to the journal and its refusals
 * and statuses are kept; until then it is tried again, and the broker, which waits for acknowledgements, holds back the
 * rest.
 */
public final class Ingest implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final int MOST_IN_GROUP = 5_000;

    /** What a broker with a small window sends at once, before it waits for all of it, becomes one group. */
    private static final long GATHER_NS = 200_000;

    private static final long RETRY_MS = 500;
    private static final long CLOSED_WITHIN_MS = 15_000;

    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    private final AtomicInteger unacknowledged = new AtomicInteger();
    private final Sorting sorting;
    private final Fence fence;
    private final Journal journal;
    private final Refusals refusals;
    private final Statuses statuses;
    private final Counter messages;
    private final Counter journalled;
    private final Counter dropped;
    private final Thread thread = new Thread(this::run, "ingest");
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean closed;

    private Ingest(
            Sorting sorting, Fence fence, Journal journal, Refusals refusals, Statuses statuses, MeterRegistry meters) {
        this.sorting = sorting;
        this.fence = fence;
        this.journal = journal;
        this.refusals = refusals;
        this.statuses = statuses;
        this.messages = Counter.builder("plantbuddy.messages.acknowledged")
                .description("Messages the bridge acknowledged to the broker")
                .register(meters);
        this.dropped = Counter.builder("plantbuddy.messages.dropped")
                .description("Messages of removed users that were in the broker's queue, and were dropped")
                .register(meters);
        this.journalled = Counter.builder("plantbuddy.readings.received")
                .description("Readings that are safe in the journal")
                .register(meters);
        Gauge.builder("plantbuddy.messages.unacknowledged", unacknowledged, AtomicInteger::get)
                .description("Messages delivered to the bridge and not acknowledged yet")
                .register(meters);
    }

    /**
     * Starts, with nothing to do until a connection delivers.
     *
     * @param departed whose messages are acknowledged and dropped
     * @param kept how long the raw bucket keeps readings: older ones are refused
     */
    public static Ingest start(
            Accounts accounts,
            Departed departed,
            Journal journal,
            Refusals refusals,
            Duration kept,
            MeterRegistry meters,
            Clock clock) {
        Admission admission = new Admission(accounts.sensors()::admit);
        Sorting sorting = new Sorting(new Decoder(kept, clock), new StatusDecoder(clock), admission, departed);
        Ingest ingest =
                new Ingest(sorting, departed.fence(admission::forget), journal, refusals, accounts.statuses(), meters);
        ingest.thread.setDaemon(true);
        ingest.thread.start();
        return ingest;
    }

    /** Never blocks: the broker's window bounds what can be waiting here. */
    void offer(Delivery delivery) {
        unacknowledged.incrementAndGet();
        arrived.add(delivery);
    }

    private void run() {
        List<Delivery> group = new ArrayList<>();
        try {
            while (!closed) {
                Delivery first = arrived.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    group.add(first);
                    LockSupport.parkNanos(GATHER_NS);
                    arrived.drainTo(group, MOST_IN_GROUP - 1);
                    makeSafe(group);
                    unacknowledged.addAndGet(-group.size());
                    group.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void makeSafe(List<Delivery> group) throws InterruptedException {
        while (!closed) {
            List<Delivery> live =
                    group.stream().filter(delivery -> !delivery.isStale()).toList();
            try {
                Sorting.Sorted sorted = fence.during(() -> keep(sorting.sort(live)));
                Delivery.acknowledge(live);
                messages.increment(live.size());
                journalled.increment(sorted.readings().size());
                dropped.increment(sorted.dropped());
                problem = Optional.empty();
                return;
            } catch (RuntimeException e) {
                stalled(e);
                forgetStale();
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
    }

    private Sorting.Sorted keep(Sorting.Sorted sorted) throws InterruptedException {
        journal.append(sorted.readings());
        refusals.add(sorted.refusals());
        statuses.keep(sorted.statuses());
        return sorted;
    }

    /** Each new connection delivers anew what earlier ones did: a long stall must not pile it up. */
    private void forgetStale() {
        arrived.removeIf(delivery -> {
            boolean stale = delivery.isStale();
            if (stale) {
                unacknowledged.decrementAndGet();
            }
            return stale;
        });
    }

    private void stalled(RuntimeException e) {
        String why = "nothing is acknowledged: " + e.getMessage();
        if (problem.isEmpty()) {
            LOG.error("event=ingest_stalled reason=\"{}\"", why, e);
        }
        problem = Optional.of(why);
    }

    /** Why nothing is acknowledged now; empty while it is. */
    public Optional<String> problem() {
        return thread.isAlive() || closed ? problem : Optional.of("the ingest thread has ended");
    }

    /** Stops after the group at hand. What is not acknowledged is delivered again. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSED_WITHIN_MS);
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
