package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.util.List;

/** Two bridges share the work, each with a journal of its own; one is killed and comes back only when boards have sent all. */
final class OneOfTwoBridgesKilled implements Fault {

    @Override
    public String title() {
        return "one of two bridges killed";
    }

    @Override
    public void prepare(Site site) throws IOException {
        BridgeServer second = site.fleet().bridges.get(1);
        second.start();
        second.awaitReady();
    }

    @Override
    public String strike(Site site) throws IOException, InterruptedException {
        BridgeServer first = site.fleet().bridge();
        BridgeServer second = site.fleet().bridges.get(1);
        site.await(
                "both work",
                () -> first.figures().received() > 0 && second.figures().received() > 0);
        String hit = site.fillJournal() + " second_journal=" + second.figures().journal();
        Server.kill(List.of(first));
        Server.thaw(site.fleet().influxd);
        long before = second.figures().received();
        site.await("the second works on", () -> second.figures().received() > before + Site.IN_FLIGHT);
        site.senders().stop();
        first.start();
        first.awaitReady();
        site.await(
                "the journals empty",
                () -> first.figures().journal() == 0 && second.figures().journal() == 0);
        second.close();
        return hit;
    }
}
