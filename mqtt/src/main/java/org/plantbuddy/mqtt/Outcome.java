package org.plantbuddy.mqtt;

/** What becomes of a message published with QoS 1. */
public sealed interface Outcome {

    /** The broker has it. */
    record Acknowledged() implements Outcome {}

    /**
     * The broker has refused it.
     *
     * @param code reason code of the PUBACK, 0x80 or more
     */
    record Refused(int code) implements Outcome {

        @Override
        public String toString() {
            return "the broker refused it with reason code 0x" + Integer.toHexString(code);
        }
    }

    /**
     * The broker may have it or not.
     *
     * @param why what happened instead of an answer
     */
    record Unknown(String why) implements Outcome {

        @Override
        public String toString() {
            return why;
        }
    }

    /** Whether the broker has it. */
    default boolean isAcknowledged() {
        return this instanceof Acknowledged;
    }
}
