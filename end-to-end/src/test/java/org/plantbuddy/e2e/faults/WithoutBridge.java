package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** No bridge for a long time; the broker keeps everything. */
record WithoutBridge(Duration load) implements Fault {

    @Override
    public String title() {
        return load.toMinutes() + " min without a bridge";
    }

    @Override
    public Duration drain() {
        return load.plusMinutes(10);
    }

    @Override
    public void prepare(Site site) throws IOException, InterruptedException {
        Server.kill(List.of(site.fleet().bridge()));
    }

    @Override
    public String strike(Site site) throws IOException, InterruptedException {
        site.senders().awaitEnd();
        Senders.Progress boards = site.senders().progress();
        site.fleet().bridge().start();
        site.fleet().bridge().awaitReady();
        return "queued=" + boards.acknowledged() + " refused_for_now=" + boards.refused();
    }
}
