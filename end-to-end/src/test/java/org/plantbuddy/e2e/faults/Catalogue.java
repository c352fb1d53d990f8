package org.plantbuddy.e2e.faults;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Every fault with how often the full run strikes it. */
enum Catalogue {
    BRIDGE(Kill.BRIDGE, 20),
    INFLUXD(Kill.INFLUXD, 10),
    BROKER(Kill.BROKER, 10),
    EVERYTHING(Kill.EVERYTHING, 5),
    FROZEN(new InfluxdFrozen(Duration.ofSeconds(60)), 2),
    PROXY(new InfluxdBehindFaultyProxy(), 2),
    TOKEN(new TokenRevoked(), 2),
    JOURNAL(JournalFull.BOUND, 2),
    DISK(JournalFull.DISK, 2),
    FIRST(new BrokerBeforeBridge(), 2),
    TWO(new OneOfTwoBridgesKilled(), 2),
    QUEUE(new QueueFull(), 2),
    SECRETS(new SecretsRotated(), 2),
    /** Takes two hours with what it drains afterwards: only where it is named. */
    HOUR(new WithoutBridge(Duration.ofHours(1)), 1);

    private static final Duration LONGER_THAN_A_WRITE_WAITS = Duration.ofSeconds(35);

    @SuppressWarnings("ImmutableEnumChecker") // faults have no state
    private final Fault fault;

    private final int times;

    Catalogue(Fault fault, int times) {
        this.fault = fault;
        this.times = times;
    }

    Fault fault() {
        return fault;
    }

    /** The fault as the tests strike it, where the whole of it takes long. */
    Fault inShort() {
        return this == FROZEN ? new InfluxdFrozen(LONGER_THAN_A_WRITE_WAITS) : fault;
    }

    int times() {
        return times;
    }

    /** What the tests strike, and a run that names none; without {@link #DISK} where that needs rights one does not have. */
    static List<Catalogue> usual() {
        boolean disks = JournalFull.disksCanBeMounted();
        return Arrays.stream(values())
                .filter(entry -> entry != HOUR && (entry != DISK || disks))
                .toList();
    }
}
