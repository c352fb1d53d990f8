package org.plantbuddy.e2e.faults;

import java.time.Duration;

/** Something that goes wrong while boards send. */
interface Fault {

    String title();

    /** How long boards send at 2,000 readings/s, if the fault is not over before. */
    default Duration load() {
        return Duration.ofMinutes(5);
    }

    /** How long everything may take to arrive afterwards. */
    default Duration drain() {
        return Duration.ofMinutes(5);
    }

    /**
     * Whether the broker crashes: then a reading without a time of its own that a board sends again may be stored with two
     * stamps, by design.
     */
    default boolean crashesTheBroker() {
        return false;
    }

    /** Before the boards start; they have sent nothing yet. */
    default void prepare(Site site) throws Exception {}

    /**
     * Strikes, and brings everything back.
     *
     * @return the state it hit, for the log
     */
    String strike(Site site) throws Exception;
}
