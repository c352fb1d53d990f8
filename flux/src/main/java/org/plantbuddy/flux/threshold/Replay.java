package org.plantbuddy.flux.threshold;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.plantbuddy.reading.Level;

/** Counts the changes of level of one board. Not thread-safe. */
final class Replay {

    private static final int SHOWN = 5;

    private final String device;
    private final List<Preview.Change> first = new ArrayList<>();
    private Level level = Level.OK;
    private int fired;
    private int recovered;

    Replay(String device) {
        this.device = device;
    }

    void at(Instant time, Level now, double value) {
        if (now == level) {
            return;
        }
        level = now;
        if (now == Level.OK) {
            recovered++;
        } else {
            fired++;
        }
        if (first.size() < SHOWN) {
            first.add(new Preview.Change(time, now, value));
        }
    }

    Preview.Board board() {
        return new Preview.Board(device, fired, recovered, first, level);
    }
}
