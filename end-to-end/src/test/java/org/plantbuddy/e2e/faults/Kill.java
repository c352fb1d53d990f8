package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Kill -9 at a random instant, with at least 1,000 readings on their way; then a start. */
enum Kill implements Fault {
    BRIDGE("bridge killed"),
    INFLUXD("influxd killed"),
    BROKER("broker killed"),
    EVERYTHING("everything killed");

    private final String title;

    Kill(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public boolean crashesTheBroker() {
        return this == BROKER || this == EVERYTHING;
    }

    @Override
    public String strike(Site site) throws IOException, InterruptedException {
        site.awaitSomeInstant();
        String hit = fillsQueue(site) ? site.fillQueue() : site.fillJournal();
        List<Server> targets = targets(site.fleet());
        Server.kill(targets);
        thawOthers(site.fleet(), targets);
        for (Server target : targets) {
            target.start();
        }
        for (Server target : targets) {
            target.awaitReady();
        }
        return hit;
    }

    /** Where the readings on their way wait: for a bridge and for everything by turns. */
    private boolean fillsQueue(Site site) {
        return switch (this) {
            case BROKER -> true;
            case INFLUXD -> false;
            case BRIDGE, EVERYTHING -> site.round() % 2 == 0;
        };
    }

    private List<Server> targets(Fleet fleet) {
        return switch (this) {
            case BRIDGE -> List.of(fleet.bridge());
            case INFLUXD -> List.of(fleet.influxd);
            case BROKER -> List.of(fleet.broker);
            case EVERYTHING -> List.of(fleet.bridge(), fleet.broker, fleet.influxd);
        };
    }

    private static void thawOthers(Fleet fleet, List<Server> killed) throws IOException, InterruptedException {
        List<Server> others = new ArrayList<>(List.of(fleet.bridge(), fleet.influxd));
        others.removeAll(killed);
        for (Server other : others) {
            Server.thaw(other);
        }
    }
}
