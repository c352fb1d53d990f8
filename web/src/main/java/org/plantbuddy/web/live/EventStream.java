package org.plantbuddy.web.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One open page. What it does not take at once waits here, up to {@link #MOST_BYTES}; a page that takes less than that is cut off,
 * and comes back when it can. No thread ever waits for it. Thread-safe.
 */
public final class EventStream {

    /** The way to the page. Called by one thread at a time. */
    public interface Line {

        /** Whether all that was written is taken; if not, {@link EventStream#writable} is called once it is. */
        boolean isReady();

        /** Writes without waiting; only after {@link #isReady} has said so. */
        void write(ByteBuffer bytes) throws IOException;

        /** Closes the connection, whatever is not taken. */
        void cut(String reason);
    }

    /** More than is repeated to a page that comes back. */
    static final int MOST_BYTES = Recent.MOST_BYTES + 32 * 1024;

    private static final int TOGETHER = 8 * 1024;

    private final Line line;
    private final BooleanSupplier allowed;
    private final Optional<String> cameWith;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean over;
    private boolean parting;

    /** When it was last found to be allowed, and told so; ns. */
    private volatile long beatNs;

    /**
     * @param allowed whether whoever looks may still; asked again and again
     * @param cameWith id of the newest event that the page has seen
     */
    EventStream(Line line, BooleanSupplier allowed, Optional<String> cameWith, long nowNs) {
        this.line = line;
        this.allowed = allowed;
        this.cameWith = cameWith;
        this.beatNs = nowNs;
    }

    Optional<String> cameWith() {
        return cameWith;
    }

    boolean isAllowed() {
        return allowed.getAsBoolean();
    }

    long beatNs() {
        return beatNs;
    }

    void beat(byte[] frame, long nowNs) {
        beatNs = nowNs;
        send(frame);
    }

    /** Sends it now, or once the page takes it. */
    void send(byte[] frame) {
        boolean tooMuch;
        synchronized (this) {
            if (over || parting) {
                return;
            }
            tooMuch = waitingBytes + frame.length > MOST_BYTES;
            if (!tooMuch) {
                waiting.add(frame);
                waitingBytes += frame.length;
            }
        }
        if (tooMuch) {
            cut("it does not take its events");
        } else {
            writable();
        }
    }

    /** The line may take more. */
    public void writable() {
        boolean done;
        synchronized (this) {
            try {
                while (!over && !waiting.isEmpty() && line.isReady()) {
                    line.write(ByteBuffer.wrap(next()));
                }
                done = over || (parting && waiting.isEmpty() && line.isReady());
            } catch (IOException | IllegalStateException e) { // the latter from Jetty, when it has just been closed
                done = true;
            }
            over = over || done;
        }
        if (done) {
            over();
        }
    }

    /** What waits, as far as it fits one packet or two. */
    private byte[] next() {
        byte[] first = waiting.remove();
        waitingBytes -= first.length;
        if (waiting.isEmpty()) {
            return first;
        }
        ByteArrayOutputStream together = new ByteArrayOutputStream(TOGETHER);
        together.writeBytes(first);
        while (!waiting.isEmpty() && together.size() + waiting.element().length <= TOGETHER) {
            byte[] more = waiting.remove();
            waitingBytes -= more.length;
            together.writeBytes(more);
        }
        return together.toByteArray();
    }

    /** Ends once what waits is taken. */
    void end() {
        synchronized (this) {
            parting = true;
        }
        writable();
    }

    /** Ends now. */
    void cut(String reason) {
        line.cut(reason);
        over();
    }

    /** The connection is gone, or the end is written. */
    public void over() {
        synchronized (this) {
            over = true;
            waiting.clear();
            waitingBytes = 0;
        }
        ended.complete(null);
    }

    /** Completes when it is over, however that came. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    synchronized int waitingBytes() {
        return waitingBytes;
    }
}
