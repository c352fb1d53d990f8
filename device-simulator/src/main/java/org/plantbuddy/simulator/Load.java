package org.plantbuddy.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.plantbuddy.topic.SeriesName;

/** Runs a plan: hands the numbers to the boards in turn, at the plan's rate, and waits for the last outcomes. */
final class Load {

    private static final long TICK_NANOS = 1_000_000;

    private final LoadPlan plan;
    private final List<LoadBoard> boards;
    private final Ledger ledger;
    private final Duration patience;
    private volatile boolean stopped;

    /**
     * @param patience how long to wait for another outcome after the last reading was due
     */
    Load(BrokerAddress broker, List<Credentials> credentials, LoadPlan plan, Ledger ledger, Duration patience) {
        this.plan = plan;
        this.ledger = ledger;
        this.patience = patience;
        boards = credentials.stream()
                .map(board -> new LoadBoard(broker, board, ledger))
                .toList();
    }

    /** Returns when every reading has its outcome, or patience is at its end. */
    void run() throws InterruptedException {
        boards.forEach(LoadBoard::start);
        try {
            sendAll();
            awaitOutcomes();
        } finally {
            boards.parallelStream().forEach(LoadBoard::close);
        }
    }

    private void sendAll() throws InterruptedException {
        Instant began = Instant.now();
        long start = System.nanoTime();
        long given = 0;
        while (given < plan.count() && !stopped) {
            long due = plan.dueAfter(System.nanoTime() - start);
            if (given < due) {
                ledger.sent(plan.first() + given, plan.first() + due - 1);
            }
            for (; given < due; given++) {
                LoadBoard board = boards.get((int) (given % boards.size()));
                board.send(reading(given, began, board.credentials()));
            }
            LockSupport.parkNanos(TICK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException("load interrupted");
            }
        }
    }

    private NumberedReading reading(long index, Instant began, Credentials board) {
        long number = plan.first() + index;
        Instant due = began.plusNanos((long) (index * 1e9 / plan.rate()));
        String sensor = plan.sensorOf(number);
        return new NumberedReading(
                number,
                new SeriesName(board.user(), board.device(), sensor).topic(),
                plan.hasTime(number) ? Optional.of(nanos(due)) : Optional.empty());
    }

    private static String nanos(Instant time) {
        return Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, time));
    }

    private void awaitOutcomes() throws InterruptedException {
        long before = unanswered();
        long changed = System.nanoTime();
        while (before > 0 && System.nanoTime() - changed < patience.toNanos()) {
            Thread.sleep(5);
            long now = unanswered();
            if (now != before) {
                before = now;
                changed = System.nanoTime();
            }
        }
    }

    /** Sends nothing new from now on; {@link #run} still waits for the outcomes. */
    void stop() {
        stopped = true;
    }

    /** Readings on the wire: published, and no answer yet. */
    long inFlight() {
        return boards.stream().mapToLong(LoadBoard::inFlight).sum();
    }

    private long unanswered() {
        return boards.stream().mapToLong(LoadBoard::unanswered).sum();
    }
}
