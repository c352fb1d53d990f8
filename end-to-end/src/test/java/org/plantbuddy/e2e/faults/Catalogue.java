package org.plantbuddy.e2e.faults;

import java.util.List;

/** Every fault with how often the full run strikes it. */
enum Catalogue {
    BRIDGE(Kill.BRIDGE, 20),
    INFLUXD(Kill.INFLUXD, 10),
    BROKER(Kill.BROKER, 10),
    EVERYTHING(Kill.EVERYTHING, 5);

    private final Fault fault;
    private final int times;

    Catalogue(Fault fault, int times) {
        this.fault = fault;
        this.times = times;
    }

    Fault fault() {
        return fault;
    }

    int times() {
        return times;
    }

    static List<Catalogue> all() {
        return List.of(values());
    }
}
