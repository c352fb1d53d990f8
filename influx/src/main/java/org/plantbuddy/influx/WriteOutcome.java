package org.plantbuddy.influx;

import java.time.Duration;

/** What InfluxDB makes of a batch. */
public sealed interface WriteOutcome {

    record Stored() implements WriteOutcome {}

    /** At least one point is unacceptable; others may be stored already. */
    record Refused(String reason) implements WriteOutcome {}

    /** Nothing is said about the points: to be written again. */
    sealed interface Unanswered extends WriteOutcome {

        String reason();
    }

    /**
     * It does not work now.
     *
     * @param pause what InfluxDB asked for; zero where it did not
     */
    record RetryAfter(Duration pause, String reason) implements Unanswered {}

    /** It does not work before somebody does something: a wrong token, no bucket, another server at this address. */
    record Never(String reason) implements Unanswered {}
}
