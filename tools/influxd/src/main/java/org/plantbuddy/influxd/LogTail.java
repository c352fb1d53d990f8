package org.plantbuddy.influxd;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The end of a log, for an error text. */
final class LogTail {
    private static final int KEPT_BYTES = 4_000;

    private LogTail() {}

    /** At most the last 4 kB of what was written after {@code start}; a log that cannot be read is no second error. */
    static String of(Path file, long start) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(start, log.length() - KEPT_BYTES);
            byte[] bytes = new byte[(int) Math.max(0, log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            return bytes.length == 0 ? "(nothing)" : new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(not readable: " + e.getMessage() + ")";
        }
    }
}
