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
    /** Only where it is named: a queue as small as this overflows where a machine is very busy, see docs/faults.md. */
    QUEUE(new QueueFull(), 2),
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

    /** What a run strikes that names none; without {@link #DISK} where that needs rights one does not have. */
    static List<Catalogue> usual() {
        boolean disks = JournalFull.disksCanBeMounted();
        return Arrays.stream(values())
                .filter(entry -> entry != HOUR && entry != QUEUE && (entry != DISK || disks))
                .toList();
    }

    /**
     * What the tests strike. Not the two that kill the broker: an open defect, found by them, loses a reading in one of some
     * ten rounds (docs/faults.md), and they belong here again once it is mended.
     */
    static List<Catalogue> inTests() {
        return usual().stream()
                .filter(entry -> entry != BROKER && entry != EVERYTHING)
                .toList();
    }
}
