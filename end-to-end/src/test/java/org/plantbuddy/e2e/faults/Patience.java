package org.plantbuddy.e2e.faults;

import java.time.Duration;

/** How long is waited for what; generous, since a machine may be busy with other things. */
final class Patience {

    static final Duration LOOK = Duration.ofMillis(100);
    static final Duration START = Duration.ofMinutes(3);
    static final Duration EFFECT = Duration.ofMinutes(2);

    private Patience() {}
}
