package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A new broker that no bridge has subscribed at yet: boards' readings are refused, not acknowledged and dropped. */
final class BrokerBeforeBridge implements Fault {

    @Override
    public String title() {
        return "broker started before any bridge";
    }

    @Override
    public void prepare(Site site) throws IOException, InterruptedException {
        Fleet fleet = site.fleet();
        fleet.bridges.forEach(Server::close);
        fleet.broker.close();
        forget(fleet.data().resolve("broker"));
        fleet.broker.start();
        fleet.broker.awaitReady();
    }

    private static void forget(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }

    @Override
    public String strike(Site site) throws IOException {
        Senders senders = site.senders();
        site.await("readings are refused", () -> senders.progress().refused() >= Site.IN_FLIGHT);
        String hit = "refused_for_now=" + senders.progress().refused() + " acknowledged="
                + senders.progress().acknowledged();
        if (senders.progress().acknowledged() > 0) {
            throw new IllegalStateException("the broker acknowledged readings that no bridge will get: " + hit);
        }
        site.fleet().bridge().start();
        site.fleet().bridge().awaitReady();
        return hit;
    }
}
