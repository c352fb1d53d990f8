package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** No bridge for so long that the broker's queue is full: it refuses readings instead of dropping acknowledged ones. */
final class QueueFull implements Fault {

    private static final int QUEUE = 20_000;

    @Override
    public String title() {
        return "broker's queue full";
    }

    @Override
    public void prepare(Site site) throws IOException, InterruptedException {
        Server.kill(List.of(site.fleet().bridge()));
        site.fleet().broker.close();
        site.fleet().broker.start(Map.of("PLANTBUDDY_BRIDGE_QUEUE", Integer.toString(QUEUE)));
        site.fleet().broker.awaitReady();
    }

    @Override
    public String strike(Site site) throws IOException, InterruptedException {
        Fleet fleet = site.fleet();
        Senders senders = site.senders();
        site.await("readings are refused", () -> senders.progress().refused() >= Site.IN_FLIGHT);
        String hit = "queue=" + QUEUE + " refused_for_now=" + senders.progress().refused() + " acknowledged="
                + senders.progress().acknowledged();
        fleet.bridge().start();
        fleet.bridge().awaitReady();
        senders.stop();
        site.await(
                "all is on its way to InfluxDB",
                () -> fleet.bridge().figures().received() >= senders.progress().acknowledged());
        fleet.broker.close();
        fleet.broker.start();
        fleet.broker.awaitReady();
        site.await("the bridge is back", fleet.bridge()::isReady);
        return hit;
    }
}
