package org.plantbuddy.bench;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** What is going on, for the one who waits. */
final class Progress {

    private Progress() {}

    static void say(Object what) {
        System.err.println("bench " + LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS) + "  " + what);
    }
}
