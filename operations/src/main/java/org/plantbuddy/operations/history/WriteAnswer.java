package org.plantbuddy.operations.history;

import java.time.Duration;

/** What InfluxDB makes of a batch. */
sealed interface WriteAnswer {

    record Stored() implements WriteAnswer {}

    /** At least one of its lines is not acceptable. */
    record Unacceptable(String reason) implements WriteAnswer {}

    /** Not now. */
    record Later(Duration pause, String reason) implements WriteAnswer {}

    /** Not like this: a wrong token, no bucket. */
    record Never(String reason) implements WriteAnswer {}
}
