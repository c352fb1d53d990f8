package org.plantbuddy.testing;

import java.util.concurrent.TimeUnit;

/** How many inputs a fuzz test was tried with. */
public final class Tried {

    private final String target;
    private final long begun = System.nanoTime();
    private long inputs;

    public Tried(String target) {
        this.target = target;
    }

    public void one() {
        inputs++;
    }

    public void tell() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        System.out.println("fuzz " + target + ": " + inputs + " inputs in " + seconds + " s");
    }
}
