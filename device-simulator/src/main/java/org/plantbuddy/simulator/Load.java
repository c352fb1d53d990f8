package org.plantbuddy.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Runs a plan: hands the numbers to the boards in turn, at the plan's rate, and waits for the last outcomes. */
final class Load {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long TICK_NANOS = 1_000_000;

    private final LoadPlan plan;
    private final List<LoadBoard> boards;

    Load(BrokerAddress broker, List<Credentials> credentials, LoadPlan plan, Ledger ledger) {
        this.plan = plan;
        boards = credentials.stream()
                .map(board -> new LoadBoard(broker, board, plan.sensor(), ledger))
                .toList();
    }

    /** Returns when every reading has its outcome, or none has come for half a minute after the last was due. */
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
        while (given < plan.count()) {
            for (long due = plan.dueAfter(System.nanoTime() - start); given < due; given++) {
                boards.get((int) (given % boards.size())).send(reading(given, began));
            }
            LockSupport.parkNanos(TICK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException("load interrupted");
            }
        }
    }

    private NumberedReading reading(long index, Instant began) {
        Instant due = began.plusNanos((long) (index * 1e9 / plan.rate()));
        Optional<String> time = plan.withTime() ? Optional.of(nanos(due)) : Optional.empty();
        return new NumberedReading(plan.first() + index, time);
    }

    private static String nanos(Instant time) {
        return Long.toString(ChronoUnit.NANOS.between(Instant.EPOCH, time));
    }

    private void awaitOutcomes() throws InterruptedException {
        long before = unanswered();
        long changed = System.nanoTime();
        while (before > 0 && System.nanoTime() - changed < PATIENCE.toNanos()) {
            Thread.sleep(5);
            long now = unanswered();
            if (now != before) {
                before = now;
                changed = System.nanoTime();
            }
        }
    }

    private long unanswered() {
        return boards.stream().mapToLong(LoadBoard::unanswered).sum();
    }
}
