package org.plantbuddy.standalone;

import java.time.Duration;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;

/** InfluxDB with the page's token: it reads readings, reads and writes settings, and nothing else. */
final class PageInflux {

    private PageInflux() {}

    /**
     * A client for the InfluxDB of what runs, to be closed.
     *
     * @param patience for one answer
     * @throws UsageException when nothing runs, or the token's file cannot be read
     */
    static Influx open(Config reached, Duration patience) {
        Secret token = reached.secret(Key.INFLUX_TOKEN)
                .orElseGet(() -> new Secret(EnvCommand.secret(reached.path(Key.DATA), "influx-web-token")));
        String url = reached.optional(Key.INFLUX_URL)
                .orElseGet(() -> Running.require(reached).influx());
        return new Influx(new InfluxAddress(url, reached.text(Key.INFLUX_ORG), token), patience);
    }
}
