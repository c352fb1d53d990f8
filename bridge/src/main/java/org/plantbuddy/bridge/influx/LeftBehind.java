package org.plantbuddy.bridge.influx;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.plantbuddy.bridge.journal.Journals;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what bridges that are gone left in their journals on the same data folder. What was stored before and not yet removed
 * is written again: the same points.
 *
 * <p>It goes on only while InfluxDB takes writes, and gives a journal back after a while even if it is not empty: a bridge
 * that comes back gets its own.
 */
public final class LeftBehind implements AutoCloseable {

    /** For how long a bridge that comes back may have to wait for its journal, and somewhat more. */
    public static final Duration GIVEN_BACK_WITHIN = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    /** A container that is restarted is back sooner. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration TURN = Duration.ofSeconds(5);
    private static final long LOOK_AGAIN_MS = 2_000;
    private static final long STEP_MS = 50;
    private static final long CLOSED_WITHIN_MS = 15_000;

    private final Journals journals;
    private final Function<Journals.Owned, InfluxWriter> writers;
    private final Consumer<String> emptied;
    private final Supplier<Optional<String>> influxdb;
    private final Duration grace;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Vital.thread("left-behind", this::run);
    private volatile Optional<String> problem = Optional.empty();
    private volatile OptionalLong noneLeftAtNs = OptionalLong.empty();

    private LeftBehind(
            Journals journals,
            Function<Journals.Owned, InfluxWriter> writers,
            Consumer<String> emptied,
            Supplier<Optional<String>> influxdb,
            Duration grace) {
        this.journals = journals;
        this.writers = writers;
        this.emptied = emptied;
        this.influxdb = influxdb;
        this.grace = grace;
    }

    /**
     * Starts.
     *
     * @param writers starts one that empties a journal
     * @param emptied told of a bridge of whose journal all is stored, before the journal is given back
     * @param influxdb why InfluxDB takes no writes now; empty while it does
     */
    public static LeftBehind start(
            Journals journals,
            Function<Journals.Owned, InfluxWriter> writers,
            Consumer<String> emptied,
            Supplier<Optional<String>> influxdb) {
        return start(journals, writers, emptied, influxdb, GRACE);
    }

    static LeftBehind start(
            Journals journals,
            Function<Journals.Owned, InfluxWriter> writers,
            Consumer<String> emptied,
            Supplier<Optional<String>> influxdb,
            Duration grace) {
        LeftBehind left = new LeftBehind(journals, writers, emptied, influxdb, grace);
        left.thread.start();
        return left;
    }

    private void run() {
        try {
            while (!closed.await(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what is left stays where it is
        }
    }

    private void look() throws InterruptedException {
        long begun = System.nanoTime();
        try {
            Optional<Journals.Owned> left = influxdb.get().isEmpty() ? journals.abandoned(grace) : Optional.empty();
            if (left.isPresent()) {
                empty(left.get());
            } else if (influxdb.get().isEmpty() && journals.noneLeft()) {
                noneLeftAtNs = OptionalLong.of(begun);
            }
            problem = Optional.empty();
        } catch (RuntimeException e) { // tried again at the next look
            Optional<String> why = Optional.of("what other bridges left is not stored: " + e);
            if (!problem.equals(why)) {
                LOG.warn("event=journals_not_looked_at reason=\"{}\"", e.toString());
            }
            problem = why;
        }
    }

    private void empty(Journals.Owned left) throws InterruptedException {
        LOG.info(
                "event=journal_taken_over bridge={} readings={}",
                left.bridge(),
                left.journal().depth());
        long end = System.nanoTime() + TURN.toNanos();
        try (var journal = left.journal();
                InfluxWriter writer = writers.apply(left)) {
            while (journal.depth() > 0
                    && writer.problem().isEmpty()
                    && System.nanoTime() < end
                    && !closed.await(STEP_MS, TimeUnit.MILLISECONDS)) {
                // it is being written
            }
            if (journal.depth() == 0) {
                emptied.accept(left.bridge());
            }
            LOG.info("event=journal_given_back bridge={} readings={}", left.bridge(), journal.depth());
        }
    }

    /**
     * Whether a look that began after this time found nothing in journals that nobody has.
     *
     * @param ns of {@link System#nanoTime}
     */
    boolean noneLeftAfter(long ns) {
        OptionalLong at = noneLeftAtNs;
        return at.isPresent() && at.getAsLong() - ns > 0;
    }

    /** What is left behind and cannot be stored, and why; empty where there is no such. */
    public Optional<String> problem() {
        Optional<String> own =
                thread.isAlive() || closed.getCount() == 0 ? problem : Optional.of("the left-behind thread has ended");
        return own.or(journals::unopened);
    }

    /** Stops after the batch at hand. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
