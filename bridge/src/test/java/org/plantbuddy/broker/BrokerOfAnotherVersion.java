package org.plantbuddy.broker;

import java.time.Clock;
import java.util.Map;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The embedded broker, which says that it is a HiveMQ that Plant Buddy was not tried on, and an operator who accepts that. */
public final class BrokerOfAnotherVersion {

    private BrokerOfAnotherVersion() {}

    public static EmbeddedBroker start(Config config) {
        Config accepting = config.with(Map.of(Key.BROKER_UNVERIFIED, "accept"));
        return EmbeddedBroker.launch(accepting, new PlantBuddyExtension(accepting, Clock.systemUTC(), "2099.1"));
    }
}
