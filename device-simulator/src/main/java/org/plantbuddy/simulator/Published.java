package org.plantbuddy.simulator;

/** What became of a publish at QoS 1. */
sealed interface Published {

    /** The broker has it: PUBACK without an error. */
    record Acknowledged() implements Published {}

    /** The broker has refused it. */
    record Refused(int reasonCode) implements Published {}

    /** The connection ended before the PUBACK: the broker may have it or not. */
    record Unknown(String cause) implements Published {}
}
