package org.plantbuddy.influx;

import java.time.Duration;

/** What InfluxDB makes of a batch. */
public sealed interface WriteOutcome {

    record Stored() implements WriteOutcome {}

    /**
     * Nothing is said about the points: to be written again.
     *
     * @param pause what InfluxDB asked for; zero where it did not
     */
    record RetryAfter(Duration pause, String reason) implements WriteOutcome {}

    /** At least one point is unacceptable; others may be stored already. */
    record Refused(String reason) implements WriteOutcome {}
}
