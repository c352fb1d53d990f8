package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Load, fault, recovery, count; as often as wanted, on one installation. */
final class Rounds {

    /** Boards send a little longer, to what has come back. */
    private static final long AFTERWARDS_MS = 1_000;

    private static final long TELL_EVERY_S = 60;

    private final Fleet fleet;
    private final Consumer<String> log;
    private final Random random = new Random();
    private long nextNumber = 1;

    /**
     * @param log told of each round, a line each
     */
    Rounds(Fleet fleet, Consumer<String> log) {
        this.fleet = fleet;
        this.log = log;
    }

    List<Outcome> run(Fault fault, int times) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        for (int round = 1; round <= times; round++) {
            Outcome outcome = run(fault, round, random.nextLong());
            log.accept((outcome.isKept(fault) ? "kept    " : "BROKEN  ") + outcome);
            outcomes.add(outcome);
        }
        return outcomes;
    }

    private Outcome run(Fault fault, int round, long seed) throws Exception {
        Instant since = Instant.now();
        long first = nextNumber;
        nextNumber += Senders.RATE * (fault.load().toSeconds() + 1);
        ScheduledExecutorService progress = Executors.newSingleThreadScheduledExecutor();
        try (Senders senders = new Senders(fleet, first, fault.load())) {
            var unused =
                    progress.scheduleAtFixedRate(() -> tell(senders), TELL_EVERY_S, TELL_EVERY_S, TimeUnit.SECONDS);
            Site site = new Site(fleet, senders, new Random(seed), round);
            fault.prepare(site);
            senders.start();
            String hit = fault.strike(site);
            Thread.sleep(AFTERWARDS_MS);
            senders.stop();
            BitSet acknowledged = senders.acknowledged();
            awaitDrained(fault, since, acknowledged.cardinality());
            long seconds = java.time.Duration.between(since, Instant.now()).toSeconds();
            Stored stored = Stored.read(
                    fleet, since, first, Math.toIntExact(senders.progress().sent()));
            return Outcome.of(fault, site, hit, acknowledged, stored, seconds);
        } finally {
            progress.shutdownNow();
        }
    }

    /** A round of an hour must not look like one that hangs. */
    private void tell(Senders senders) {
        long received = fleet.bridges.stream()
                .mapToLong(bridge -> bridge.figures().received())
                .sum();
        log.accept("        " + senders.progress() + " received by the bridges since they started: " + received);
    }

    /** Until the journals are empty and InfluxDB has as many points as were acknowledged, and gets no more. */
    private void awaitDrained(Fault fault, Instant since, long acknowledged) throws IOException, InterruptedException {
        long end = System.nanoTime() + fault.drain().toNanos();
        long before = -1;
        while (System.nanoTime() < end) {
            long journal = fleet.bridges.stream()
                    .mapToLong(bridge -> bridge.figures().journal())
                    .sum();
            long points = Stored.points(fleet, since);
            if (journal == 0 && points >= acknowledged && points == before) {
                return;
            }
            before = points;
            TimeUnit.MILLISECONDS.sleep(points >= acknowledged ? 700 : 300);
        }
        log.accept("        not drained within " + fault.drain() + ": " + before + " points, bridges "
                + fleet.bridges.stream().map(BridgeServer::figures).toList());
    }
}
