package org.plantbuddy.bridge.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.plantbuddy.accounts.Statuses;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Fence;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters into the accounts database what it must have before a message is acknowledged: refusals, statuses, new series. A
 * thread of its own, so that readings do not wait for this database; users take turns. While the database fails, what
 * is to be entered is tried again, and nothing twice that was entered.
 */
final class Registrar implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    /** What is entered at once: some hundredths of a second of the database's time. */
    private static final int MOST_AT_ONCE = 2_000;

    private static final int TURN = 200;

    /** It may cost a transaction of its own. */
    private static final int NEW_SERIES = 20;

    private static final long WAIT_MS = 200;
    private static final long RETRY_MS = 500;
    private static final long CLOSED_WITHIN_MS = 15_000;

    private final Turns<Entry> waiting = new Turns<>(
            TURN,
            entry -> (entry.newSeries().isPresent() ? NEW_SERIES : 1)
                    + entry.refusals().size());
    private final Sorting sorting;
    private final Admission admission;
    private final Fence fence;
    private final Refusals refusals;
    private final Statuses statuses;
    private final Outcome outcome;
    private final Thread thread = Vital.thread("registrar", this::run);
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean closed;

    /** What becomes of a message. */
    interface Outcome {

        /** All that the database must have of them is in it. */
        void entered(List<Arrived> deliveries);

        /** Whether its series may be written is known now. */
        void decided(Arrived arrived);
    }

    Registrar(
            Sorting sorting, Admission admission, Fence fence, Refusals refusals, Statuses statuses, Outcome outcome) {
        this.sorting = sorting;
        this.admission = admission;
        this.fence = fence;
        this.refusals = refusals;
        this.statuses = statuses;
        this.outcome = outcome;
    }

    void start() {
        thread.start();
    }

    void add(Entry entry) {
        waiting.add(entry.arrived().message().user(), entry);
    }

    private void run() {
        try {
            while (!closed) {
                if (waiting.await(WAIT_MS)) {
                    enter(waiting.take(MOST_AT_ONCE));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enter(List<Entry> taken) throws InterruptedException {
        Group group = new Group(taken);
        while (!closed) {
            try {
                fence.during(group::enter);
                problem = Optional.empty();
                return;
            } catch (RuntimeException e) {
                failed(e);
                waiting.removeIf(entry -> entry.arrived().isStale());
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
    }

    private void failed(RuntimeException e) {
        String why = "what is refused, new or a status waits for the accounts database: " + e.getMessage();
        if (problem.isEmpty()) {
            LOG.error("event=registrar_stalled reason=\"{}\"", why, e);
        }
        problem = Optional.of(why);
    }

    /** Why nothing is entered now; empty while it is. */
    Optional<String> problem() {
        return thread.isAlive() || closed ? problem : Optional.of("the registrar thread has ended");
    }

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

    /** Entries taken together; what of them is done is taken out. */
    private final class Group {

        private final List<Entry> newSeries = new ArrayList<>();
        private final List<Entry> refused = new ArrayList<>();
        private final List<Entry> said = new ArrayList<>();

        Group(List<Entry> entries) {
            for (Entry entry : entries) {
                (entry.newSeries().isPresent() ? newSeries : entry.status().isPresent() ? said : refused).add(entry);
            }
        }

        boolean enter() {
            for (List<Entry> entries : List.of(newSeries, refused, said)) {
                leave(entries, entry -> entry.arrived().isStale());
                leave(entries, entry -> sorting.isDeparted(entry.arrived().message()));
            }
            while (!newSeries.isEmpty()) {
                newSeries.get(0).newSeries().ifPresent(admission::admits);
                outcome.decided(newSeries.remove(0).arrived());
            }
            refusals.add(
                    refused.stream().flatMap(entry -> entry.refusals().stream()).toList());
            leave(refused, entry -> true);
            statuses.keep(
                    said.stream().flatMap(entry -> entry.status().stream()).toList());
            leave(said, entry -> true);
            return true;
        }

        private void leave(List<Entry> entries, Predicate<Entry> which) {
            List<Arrived> done =
                    entries.stream().filter(which).map(Entry::arrived).toList();
            entries.removeIf(which);
            outcome.entered(done);
        }
    }
}
