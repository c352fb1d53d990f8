package org.plantbuddy.web.live;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.plantbuddy.topic.Topics;

/** The pages that a user has open, and what they were told. Thread-safe. */
final class Feed {

    private static final Event AWAY = new Event("away", "{}");
    private static final String READY = "ready";
    private static final String RESET = "reset";

    private final String user;
    private final String account;
    private final Recent recent;
    private final List<EventStream> streams = new CopyOnWriteArrayList<>();

    /** Whether the broker gives what comes; not yet, or not any more, otherwise. */
    private boolean live;

    /** Whether it did before. */
    private boolean interrupted;

    /** Since when nobody looks, ns. */
    private long leftNs;

    /**
     * @param account tells the user from an earlier one of the same name
     * @param name tells this feed's ids from all others
     */
    Feed(String user, String account, String name, long nowNs) {
        this.user = user;
        this.account = account;
        this.recent = new Recent(name);
        this.leftNs = nowNs;
    }

    String filter() {
        return Topics.allOf(user);
    }

    boolean isOf(String ofAccount) {
        return account.equals(ofAccount);
    }

    List<EventStream> streams() {
        return streams;
    }

    /** Takes a page in: goes on from where it was, where that is known. */
    synchronized void join(EventStream stream, boolean connected, long nowMs) {
        streams.add(stream);
        if (live) {
            goOn(stream, nowMs);
        } else if (!connected) {
            stream.send(bytes(AWAY.frame()));
        }
    }

    private void goOn(EventStream stream, long nowMs) {
        Optional<List<byte[]>> missed = stream.cameWith().flatMap(id -> recent.since(id, nowMs));
        missed.ifPresent(frames -> frames.forEach(stream::send));
        stream.send(start(stream.cameWith().isPresent() && missed.isEmpty() ? RESET : READY));
    }

    private byte[] start(String name) {
        return bytes(new Event(name, "{}").frame(recent.id()));
    }

    synchronized void leave(EventStream stream, long nowNs) {
        streams.remove(stream);
        leftNs = nowNs;
    }

    synchronized boolean isLeftFor(long ns, long nowNs) {
        return streams.isEmpty() && nowNs - leftNs > ns;
    }

    synchronized void tell(Event event, long nowMs) {
        byte[] frame = recent.add(event, nowMs);
        streams.forEach(stream -> stream.send(frame));
    }

    /** The broker gives what comes, from now on: who was told something before may have missed something since. */
    synchronized void begin() {
        if (live) {
            return;
        }
        live = true;
        streams.forEach(
                stream -> stream.send(start(interrupted || stream.cameWith().isPresent() ? RESET : READY)));
    }

    /** The broker is away. */
    synchronized void pause() {
        interrupted = interrupted || live;
        live = false;
        recent.gap();
        streams.forEach(stream -> stream.send(bytes(AWAY.frame())));
    }

    synchronized boolean isLive() {
        return live;
    }

    private static byte[] bytes(String frame) {
        return frame.getBytes(StandardCharsets.UTF_8);
    }
}
