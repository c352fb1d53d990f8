package org.plantbuddy.operations.history;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.text.Unseen;

/**
 * A file of lines, plain, gzip or in an archive of {@link UserExport}, read as a stream: it may be larger than memory, and so
 * may a line in it.
 *
 * @param path the file
 * @param entry of the archive, if it is one
 */
record HistoryFile(Path path, String entry) {

    private static final int LONGEST_LINE = 65_536;
    private static final int BUFFER = 1 << 16;
    private static final int SIGNATURE = 4;

    /** The readings of a file. */
    HistoryFile(Path path) {
        this(path, UserExport.READINGS);
    }

    /** Another entry of an archive; empty where there is none, and for what is no archive. */
    Optional<HistoryFile> entry(String name) throws IOException {
        return whole(name, 0).map(nothing -> new HistoryFile(path, name));
    }

    /**
     * All of an entry, or its beginning.
     *
     * @return empty where there is none, and for what is no archive
     */
    Optional<byte[]> whole(String name, int mostBytes) throws IOException {
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
            if (!isZip(in)) {
                return Optional.empty();
            }
            ZipInputStream archive = archive(in);
            return isFound(archive, name) ? Optional.of(archive.readNBytes(mostBytes)) : Optional.empty();
        } catch (EOFException | ZipException e) {
            return Optional.empty(); // told when its readings are read
        }
    }

    /** Gets the lines that hold something: no empty ones, no comments. */
    interface Lines {

        void line(long number, String text) throws IOException;

        void unreadable(long number, String reason) throws IOException;
    }

    /**
     * Reads it from the start.
     *
     * @param consumed told now and then how many bytes of the file are behind
     * @throws ImportRefusedException when it is something else than line protocol, or damaged
     */
    void read(Lines lines, LongConsumer consumed) throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            read(file, entry, lines, consumed);
        }
    }

    static void read(InputStream content, String entry, Lines lines, LongConsumer consumed) throws IOException {
        try (CountingStream file = new CountingStream(content);
                BufferedInputStream in =
                        new BufferedInputStream(plain(new BufferedInputStream(file, BUFFER), entry), BUFFER)) {
            in.mark(OtherFormat.LOOKED_AT);
            OtherFormat.refuseBytes(in.readNBytes(OtherFormat.LOOKED_AT));
            in.reset();
            read(new Content(lines), in, () -> consumed.accept(file.count()));
        } catch (EOFException e) {
            throw damaged("it ends too early");
        } catch (ZipException e) {
            throw damaged("unpacking it says '" + e.getMessage() + "'");
        }
    }

    private static ImportRefusedException damaged(String how) {
        return new ImportRefusedException("the file is damaged or cut off: " + how);
    }

    private static void read(Content lines, InputStream in, Runnable progress) throws IOException {
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
                lines.emit(number++, length, line);
                length = 0;
                progress.run();
            }
        }
        lines.emit(number, length, line);
        progress.run();
    }

    /** Finds the lines that hold something, and what is no line protocol at all. */
    private static final class Content {

        private final Lines lines;
        private boolean begun;

        Content(Lines lines) {
            this.lines = lines;
        }

        void emit(long number, long length, ByteArrayOutputStream line) throws IOException {
            if (length > LONGEST_LINE) {
                lines.unreadable(number, "it is longer than 64 KiB");
            } else {
                try {
                    String text = StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(line.toByteArray()))
                            .toString();
                    content(number, Unseen.strip(text)); // a mark of byte order, also where files were joined
                } catch (CharacterCodingException e) {
                    lines.unreadable(number, "it is not UTF-8");
                }
            }
            line.reset();
        }

        private void content(long number, String text) throws IOException {
            if (text.startsWith("#")) {
                OtherFormat.refuseComment(text);
            } else if (!text.isEmpty()) {
                if (!begun) {
                    OtherFormat.refuseFirst(text);
                }
                begun = true;
                lines.line(number, text);
            }
        }
    }

    private static byte[] start(BufferedInputStream in) throws IOException {
        in.mark(SIGNATURE);
        byte[] start = in.readNBytes(SIGNATURE);
        in.reset();
        return start;
    }

    private static boolean isZip(BufferedInputStream in) throws IOException {
        return OtherFormat.isZip(start(in));
    }

    private static ZipInputStream archive(InputStream in) {
        return new ZipInputStream(in, StandardCharsets.ISO_8859_1);
    }

    private static InputStream plain(BufferedInputStream in, String entry) throws IOException {
        byte[] start = start(in);
        if (OtherFormat.isZip(start)) {
            ZipInputStream archive = archive(in);
            if (!isFound(archive, entry)) {
                OtherFormat.refuseBytes(start);
            }
            return archive;
        }
        boolean gzip = start.length > 1 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
        return gzip ? new GZIPInputStream(in, BUFFER) : in;
    }

    /** Whether an archive has this entry, as an export has it; then its end is that of the entry. */
    private static boolean isFound(ZipInputStream archive, String name) throws IOException {
        for (ZipEntry entry = next(archive); entry != null; entry = next(archive)) {
            if (entry.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ZipEntry next(ZipInputStream archive) throws IOException {
        try {
            return archive.getNextEntry();
        } catch (IllegalArgumentException e) { // a name that is marked as UTF-8 and is none
            throw new ZipException(e.getMessage());
        }
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
