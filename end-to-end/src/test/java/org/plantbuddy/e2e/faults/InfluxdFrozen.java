package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.time.Duration;

/** SIGSTOP: InfluxDB keeps its connections open and answers nothing, then goes on with what it was at. */
record InfluxdFrozen(Duration frozen) implements Fault {

    @Override
    public String title() {
        return "influxd frozen " + frozen.toSeconds() + " s";
    }

    @Override
    public String strike(Site site) throws IOException, InterruptedException {
        site.awaitSomeInstant();
        Server.freeze(site.fleet().influxd);
        try {
            Thread.sleep(frozen.toMillis());
            return site.state();
        } finally {
            Server.thaw(site.fleet().influxd);
        }
    }
}
