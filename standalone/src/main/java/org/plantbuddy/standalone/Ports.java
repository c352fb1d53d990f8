package org.plantbuddy.standalone;

import java.util.ArrayList;
import java.util.List;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.ListenPorts;

/** Looks, before anything starts, whether ports and keystore are there to be had. */
final class Ports {

    private Ports() {}

    /**
     * Names every port that something else has, and what is wrong with the keystore, all in one message.
     *
     * @throws UsageException when there is something
     */
    static void requireFree(Config config) {
        List<String> problems = problems(config);
        if (!problems.isEmpty()) {
            throw new UsageException(String.join("\n", problems));
        }
    }

    /** Each with what to do. */
    static List<String> problems(Config config) {
        List<String> problems = new ArrayList<>(EmbeddedBroker.problems(config));
        ListenPorts.problem(config, Key.BRIDGE_BIND, Key.BRIDGE_PORT, "the bridge")
                .ifPresent(problems::add);
        ListenPorts.problem(config, Key.WEB_BIND, Key.WEB_PORT, "the web page").ifPresent(problems::add);
        if (config.optional(Key.INFLUX_URL).isEmpty()) {
            ListenPorts.problem("127.0.0.1", config.port(Key.INFLUX_PORT), Key.INFLUX_PORT, "InfluxDB")
                    .ifPresent(problems::add);
        }
        return problems;
    }
}
