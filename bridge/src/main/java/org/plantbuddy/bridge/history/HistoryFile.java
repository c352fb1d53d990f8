package org.plantbuddy.bridge.history;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/**
 * A file of lines, plain or gzip, read as a stream: it may be larger than memory, and so may a line in it.
 *
 * @param path the file
 */
record HistoryFile(Path path) {

    private static final int LONGEST_LINE = 65_536;
    private static final int BUFFER = 1 << 16;

    /** Gets the lines that hold something: no empty ones, no comments. */
    interface Lines {

        void line(long number, String text) throws IOException;

        void unreadable(long number, String reason) throws IOException;
    }

    /**
     * Reads it from the start.
     *
     * @param consumed told now and then how many bytes of the file are behind
     */
    void read(Lines lines, LongConsumer consumed) throws IOException {
        try (CountingStream file = new CountingStream(Files.newInputStream(path));
                InputStream in = new BufferedInputStream(plain(new BufferedInputStream(file, BUFFER)), BUFFER)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 1;
            long length = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    length++;
                    if (length <= LONGEST_LINE) {
                        line.write(b);
                    }
                } else {
                    emit(lines, number++, length, line);
                    length = 0;
                    consumed.accept(file.count());
                }
            }
            emit(lines, number, length, line);
            consumed.accept(file.count());
        }
    }

    private static void emit(Lines lines, long number, long length, ByteArrayOutputStream line) throws IOException {
        if (length > LONGEST_LINE) {
            lines.unreadable(number, "it is longer than 64 KiB");
        } else {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(line.toByteArray()))
                        .toString()
                        .strip();
                if (!text.isEmpty() && text.charAt(0) != '#') {
                    lines.line(number, text);
                }
            } catch (CharacterCodingException e) {
                lines.unreadable(number, "it is not UTF-8");
            }
        }
        line.reset();
    }

    private static InputStream plain(BufferedInputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, BUFFER) : in;
    }

    /** Counts what was read of the file itself, before it is unpacked. */
    private static final class CountingStream extends FilterInputStream {

        private long count;

        CountingStream(InputStream in) {
            super(in);
        }

        long count() {
            return count;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
