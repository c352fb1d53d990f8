package org.plantbuddy.broker;

import java.util.concurrent.TimeUnit;

/** How many inputs a fuzz test was tried with. */
final class Tried {

    private final String target;
    private final long begun = System.nanoTime();
    private long inputs;

    Tried(String target) {
        this.target = target;
    }

    void one() {
        inputs++;
    }

    void tell() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        System.out.println("fuzz " + target + ": " + inputs + " inputs in " + seconds + " s");
    }
}
