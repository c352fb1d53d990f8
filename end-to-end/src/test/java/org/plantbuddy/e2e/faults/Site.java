package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * Where a fault strikes.
 *
 * @param round counted from 1
 */
record Site(Fleet fleet, Senders senders, Random random, int round) {

    /** At least so many readings are on their way when a kill strikes. */
    static final int IN_FLIGHT = 1_000;

    private static final int MOST_INTO_THE_FLOW_MS = 15;

    /** Somewhere in the first seconds of the load, once it flows. */
    void awaitSomeInstant() throws InterruptedException {
        await(
                "readings flow",
                () -> fleet.bridges.stream().anyMatch(bridge -> bridge.figures().received() > 0)
                        && senders.progress().acknowledged() > 0);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
    }

    /**
     * Holds InfluxDB until the journal has at least as many readings as must be in flight, and lets it go, or not: the next
     * instant is the fault's.
     */
    String fillJournal() throws IOException, InterruptedException {
        Server.freeze(fleet.influxd);
        int enough = 2 * IN_FLIGHT + random.nextInt(IN_FLIGHT);
        await("journal fills", () -> journal() >= enough);
        return "journal filled, " + state() + letGo(fleet.influxd);
    }

    /** The same with the broker's queue: holds the bridge until enough that was acknowledged to boards waits for it. */
    String fillQueue() throws IOException, InterruptedException {
        Server.freeze(fleet.bridge());
        long before = senders.progress().acknowledged();
        int enough = 2 * IN_FLIGHT + random.nextInt(IN_FLIGHT);
        await("the broker's queue fills", () -> senders.progress().acknowledged() - before >= enough);
        long queued = senders.progress().acknowledged() - before;
        return "queue filled, queued>=" + queued + " " + state() + letGo(fleet.bridge());
    }

    /** Every third time it stays frozen: a kill then hits exactly the state that was told. */
    private String letGo(Server server) throws IOException, InterruptedException {
        if (round % 3 == 2) {
            return " killed=frozen";
        }
        int later = random.nextInt(MOST_INTO_THE_FLOW_MS);
        Server.thaw(server);
        TimeUnit.MILLISECONDS.sleep(later);
        return " killed=" + later + "ms after the flow went on";
    }

    private long journal() {
        return fleet.bridges.stream()
                .mapToLong(bridge -> bridge.figures().journal())
                .sum();
    }

    /** What is where now. */
    String state() {
        Senders.Progress boards = senders.progress();
        BridgeServer.Figures bridge = fleet.bridge().figures();
        return "sent=" + boards.sent() + " acknowledged=" + boards.acknowledged() + " boards_unanswered="
                + boards.inFlight() + " bridge_unacknowledged=" + bridge.unacknowledged() + " journal="
                + bridge.journal();
    }

    void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(Patience.EFFECT)
                .pollDelay(java.time.Duration.ZERO)
                .pollInterval(java.time.Duration.ofMillis(20))
                .until(condition::getAsBoolean);
    }
}
