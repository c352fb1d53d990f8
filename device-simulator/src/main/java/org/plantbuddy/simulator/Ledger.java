package org.plantbuddy.simulator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What became of each numbered reading, a line each: {@code <number> acknowledged <board>} or {@code <number> refused
 * <board> <reason code>}. A number without a line was sent, perhaps more than once, and never answered. Thread-safe.
 */
final class Ledger implements AutoCloseable {

    private final Writer out;
    private long sent;
    private long acknowledged;
    private long refused;
    private long repeated;

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

    synchronized void sent() {
        sent++;
    }

    synchronized void repeated() {
        repeated++;
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

    /** Readings sent that the broker has neither acknowledged nor refused. */
    synchronized long unacknowledged() {
        return sent - acknowledged - refused;
    }

    synchronized long acknowledged() {
        return acknowledged;
    }

    synchronized String summary() {
        return "sent=" + sent + " acknowledged=" + acknowledged + " refused=" + refused + " unanswered="
                + unacknowledged() + " sent_again=" + repeated;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
