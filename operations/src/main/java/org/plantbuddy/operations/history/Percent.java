package org.plantbuddy.operations.history;

import java.util.function.IntConsumer;

/** Turns bytes read into whole percents, each told once. */
final class Percent {

    private final long size;
    private final IntConsumer listener;
    private int told = -1;

    Percent(long size, IntConsumer listener) {
        this.size = size;
        this.listener = listener;
    }

    /** At most 99 while there is something left to write. */
    void consumed(long bytes) {
        tell((int) Math.min(99, size == 0 ? 99 : bytes * 100 / size));
    }

    void done() {
        tell(100);
    }

    private void tell(int percent) {
        if (percent > told) {
            told = percent;
            listener.accept(percent);
        }
    }
}
