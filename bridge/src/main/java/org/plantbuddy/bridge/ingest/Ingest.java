package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.bridge.removal.Fence;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.InFlight;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes deliveries, a group at a time: everything that came while the group before was being made safe, and a moment
 * longer; users take turns. Readings are safe when they are synced to the journal. What the accounts database must have as
 * well goes on to the {@link Registrar}. Until it is safe a message is not acknowledged, and the broker, which waits for
 * acknowledgements, holds back the rest.
 */
public final class Ingest implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);

    /** What a message costs beside its payload, in bytes of one. */
    private static final int MESSAGE = 25;

    /** A group has up to 5,000 small messages, or two or three large arrays: some hundredths of a second of decoding. */
    private static final int MOST_IN_GROUP = 150_000;

    private static final int TURN = 32 * 1024;

    /** What a broker with a small window sends at once, before it waits for all of it, becomes one group. */
    private static final long GATHER_NS = 200_000;

    private static final long WAIT_MS = 200;
    private static final long RETRY_MS = 500;
    private static final long CLOSED_WITHIN_MS = 15_000;

    private final Turns<Arrived> arrived =
            new Turns<>(TURN, one -> MESSAGE + one.message().payload().length);
    private final Set<InFlight> connections = ConcurrentHashMap.newKeySet();
    private final Admission admission;
    private final Sorting sorting;
    private final Fence fence;
    private final Journal journal;
    private final Allowance allowance;
    private final Registrar registrar;
    private final Counter messages;
    private final Counter journalled;
    private final Counter dropped;
    private final Thread thread = Vital.thread("ingest", this::run);
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean closed;

    private Ingest(
            Accounts accounts,
            Departed departed,
            Journal journal,
            Refusals refusals,
            Duration kept,
            MeterRegistry meters,
            Clock clock) {
        this.admission = new Admission(accounts.sensors()::admit);
        this.allowance = new Allowance(accounts.dailyReadings(), clock);
        this.sorting = new Sorting(new Decoder(kept, clock), new StatusDecoder(clock), admission, allowance, departed);
        this.fence = departed.fence(admission::forget);
        this.journal = journal;
        this.registrar = new Registrar(
                sorting,
                admission,
                departed.fence(admission::forget),
                refusals,
                accounts.statuses(),
                new Registrar.Outcome() {
                    @Override
                    public void entered(List<Arrived> safe) {
                        accept(safe);
                    }

                    @Override
                    public void decided(Arrived one) {
                        arrived.add(one.message().user(), one);
                    }
                });
        this.messages = Counter.builder("plantbuddy.messages.acknowledged")
                .description("Messages the bridge acknowledged to the broker")
                .register(meters);
        this.dropped = Counter.builder("plantbuddy.messages.dropped")
                .description("Messages of removed users that were in the broker's queue, and were dropped")
                .register(meters);
        this.journalled = Counter.builder("plantbuddy.readings.received")
                .description("Readings that are safe in the journal")
                .register(meters);
        Gauge.builder(
                        "plantbuddy.messages.unacknowledged",
                        connections,
                        all -> all.stream().mapToInt(InFlight::size).sum())
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
        Ingest ingest = new Ingest(accounts, departed, journal, refusals, kept, meters, clock);
        ingest.allowance.start();
        ingest.registrar.start();
        ingest.thread.start();
        return ingest;
    }

    /** Never blocks: the broker's window bounds what can be waiting here. */
    public void offer(Delivery delivery) {
        connections.add(delivery.connection());
        Arrived one = Arrived.of(delivery);
        arrived.add(one.message().user(), one);
    }

    private void run() {
        try {
            while (!closed) {
                if (arrived.await(WAIT_MS)) {
                    LockSupport.parkNanos(GATHER_NS);
                    makeSafe(arrived.take(MOST_IN_GROUP));
                }
                connections.removeIf(InFlight::hasEnded);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void makeSafe(List<Arrived> group) throws InterruptedException {
        while (!closed) {
            List<Arrived> live = group.stream().filter(one -> !one.isStale()).toList();
            try {
                Sorting.Sorted sorted = fence.during(() -> journalled(sorting.sort(live)));
                sorted.entries().forEach(registrar::add);
                accept(sorted.done());
                journalled.increment(sorted.readings().size());
                dropped.increment(sorted.dropped());
                problem = Optional.empty();
                return;
            } catch (RuntimeException e) {
                stalled(e);
                // Each new connection delivers anew what earlier ones did: a long stall must not pile it up.
                arrived.removeIf(Arrived::isStale);
                connections.removeIf(InFlight::hasEnded);
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
    }

    private Sorting.Sorted journalled(Sorting.Sorted sorted) {
        journal.append(sorted.readings());
        allowance.count(sorted.byUser());
        return sorted;
    }

    private void accept(List<Arrived> safe) {
        messages.increment(Delivery.accept(safe.stream().map(Arrived::delivery).toList()));
    }

    private void stalled(RuntimeException e) {
        String why = "nothing is acknowledged: " + e.getMessage();
        if (problem.isEmpty()) {
            LOG.error("event=ingest_stalled reason=\"{}\"", why, e);
        }
        problem = Optional.of(why);
    }

    /** What is not acknowledged now, and why; empty while all is. */
    public Optional<String> problem() {
        Optional<String> own = thread.isAlive() || closed ? problem : Optional.of("the ingest thread has ended");
        return own.or(registrar::problem);
    }

    /** Stops after the groups at hand. What is not acknowledged is delivered again. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSED_WITHIN_MS);
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        registrar.close();
        allowance.close();
        admission.close();
    }
}
