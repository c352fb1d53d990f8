package org.plantbuddy.simulator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What was sent, {@code <first>-<last> sent} in numbers, and what became of each reading, a line each: {@code <number>
 * acknowledged <board>} or {@code <number> refused <board> <reason code>}; what is refused for now is sent again. A number
 * without a line was never answered. On disk within a second, so that it outlives its process. Thread-safe.
 */
final class Ledger implements AutoCloseable {

    private final Writer out;
    private long sent;
    private long acknowledged;
    private long refused;
    private long repeated;
    private long resumed;

    private Ledger(Writer out) {
        this.out = out;
    }

    /** Counts only. */
    static Ledger inMemory() {
        return new Ledger(Writer.nullWriter());
    }

    /** Counts, and writes a new file. */
    static Ledger in(Path file) throws IOException {
        return new Ledger(new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8)));
    }

    /** Before they are: what a broker has is in here. */
    synchronized void sent(long first, long last) {
        sent += last - first + 1;
        write(first + "-" + last + " sent");
    }

    /** Sent again after its connection ended; as the same message of a session that the broker kept, or as a new one. */
    synchronized void repeated(boolean sameMessage) {
        repeated++;
        resumed += sameMessage ? 1 : 0;
    }

    synchronized void acknowledged(long number, Credentials board) {
        acknowledged++;
        write(number + " acknowledged " + board.username());
    }

    synchronized void refused(long number, Credentials board, int reasonCode) {
        refused++;
        write(number + " refused " + board.username() + " 0x" + Integer.toHexString(reasonCode));
    }

    private void write(String line) {
        try {
            out.append(line).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the ledger", e);
        }
    }

    /** Readings sent that the broker has not acknowledged. */
    synchronized long unacknowledged() {
        return sent - acknowledged;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized String summary() {
        return "sent=" + sent + " acknowledged=" + acknowledged + " refused=" + refused + " unacknowledged="
                + unacknowledged() + " sent_again=" + repeated + " with_dup=" + resumed;
    }

    /** Hands what was written so far to the disk. */
    synchronized void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the ledger", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
