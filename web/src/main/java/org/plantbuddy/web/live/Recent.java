package org.plantbuddy.web.live;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A user's newest events, for those who come back after a moment: of the last five minutes, bounded in number and in bytes. Ids
 * say which of these it was, so that one of another time or another process is found to be unknown. Not thread-safe.
 */
final class Recent {

    static final int MOST = 1_000;
    static final int MOST_BYTES = 64 * 1024;
    static final long KEPT_MS = 5 * 60_000;

    private static final String JOINT = "-";

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Kept(long number, long atMs, byte[] frame) {}

    private final String name;
    private final Deque<Kept> events = new ArrayDeque<>();
    private int bytes;
    private long last;

    /** The event before the oldest that can be told. */
    private long before;

    /** @param name tells these ids from all others */
    Recent(String name) {
        this.name = name;
    }

    /** Gives the event the next id; returns its bytes. */
    byte[] add(Event event, long nowMs) {
        byte[] frame = event.frame(name + JOINT + ++last).getBytes(StandardCharsets.UTF_8);
        events.add(new Kept(last, nowMs, frame));
        bytes += frame.length;
        while (events.size() > MOST || bytes > MOST_BYTES || isOver(events.element(), nowMs)) {
            forgetOldest();
        }
        return frame;
    }

    private static boolean isOver(Kept event, long nowMs) {
        return nowMs - event.atMs > KEPT_MS;
    }

    private void forgetOldest() {
        Kept oldest = events.remove();
        bytes -= oldest.frame.length;
        before = oldest.number;
    }

    /** Something may have been missed: nobody can go on from what was before. */
    void gap() {
        events.clear();
        bytes = 0;
        before = ++last;
    }

    /** The id of what is newest. */
    String id() {
        return name + JOINT + last;
    }

    /** What came after the event with this id; empty when that is not known. */
    Optional<List<byte[]>> since(String id, long nowMs) {
        while (!events.isEmpty() && isOver(events.element(), nowMs)) {
            forgetOldest();
        }
        String prefix = name + JOINT;
        if (!id.startsWith(prefix)) {
            return Optional.empty();
        }
        long number;
        try {
            number = Long.parseLong(id.substring(prefix.length()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
        if (number < before || number > last) {
            return Optional.empty();
        }
        List<byte[]> missed = new ArrayList<>();
        for (Kept event : events) {
            if (event.number > number) {
                missed.add(event.frame);
            }
        }
        return Optional.of(missed);
    }
}
