package org.plantbuddy.standalone;

/** Told of each step that may take more than a moment. */
@FunctionalInterface
interface Progress {

    void step(String what);
}
