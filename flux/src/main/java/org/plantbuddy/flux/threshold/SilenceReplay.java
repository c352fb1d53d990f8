package org.plantbuddy.flux.threshold;

import java.time.Duration;
import java.time.Instant;
import org.plantbuddy.reading.Level;

/** The level of one board's silence, by the same rules as {@code deadman.flux}. Not thread-safe. */
final class SilenceReplay {

    /** How often the task runs, at whole multiples. */
    private static final long EVERY_MS = 30_000;

    /** The task rounds to whole seconds. */
    private static final long ROUNDED_UP_MS = 500;

    private final long limitMs;
    private final Instant begin;
    private final Replay replay;

    SilenceReplay(String device, Duration silentAfter, Instant begin) {
        this.limitMs = silentAfter.toMillis();
        this.begin = begin;
        this.replay = new Replay(device);
    }

    /** Nothing was heard between the two; at {@code until} the board spoke, or time ended. Given in their order. */
    void silent(Instant from, Instant until, boolean spoke) {
        long due = Math.max(from.toEpochMilli() + limitMs - ROUNDED_UP_MS, begin.toEpochMilli());
        long run = nextRun(due);
        if (run > until.toEpochMilli()) {
            return;
        }
        replay.at(Instant.ofEpochMilli(run), Level.CRIT, seconds(run - from.toEpochMilli()));
        if (spoke) {
            long back = nextRun(until.toEpochMilli() + 1);
            replay.at(Instant.ofEpochMilli(back), Level.OK, seconds(back - until.toEpochMilli()));
        }
    }

    private static long nextRun(long ms) {
        return (ms + EVERY_MS - 1) / EVERY_MS * EVERY_MS;
    }

    private static double seconds(long ms) {
        return (double) Math.round(ms / 1e3);
    }

    Preview.Board board() {
        return replay.board();
    }
}
