package org.plantbuddy.bridge.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells a torn end of SQLite's log from damage inside it.
 *
 * <p>SQLite takes a log up to the first frame whose checksum is wrong. That is right for the last transaction of a crash,
 * which nobody was told of; where whole transactions follow, acknowledged readings would vanish without a word. Format:
 * sqlite.org/fileformat2.html, section 4. Only what needs no knowledge of the checksum is used to find frames behind
 * the damage: their salts are the header's, and a commit frame carries the size of the database.
 */
final class WalCheck {

    private static final int HEADER = 32;
    private static final int FRAME_HEADER = 24;
    private static final int BIG_ENDIAN_SUMS = 0x377f0683;
    private static final int LITTLE_ENDIAN_SUMS = 0x377f0682;

    /**
     * @param framesBehind frames of the same log behind the first damaged one
     * @param damaged whether a transaction was complete behind it
     */
    record Result(int framesBehind, boolean damaged) {}

    private static final Result SOUND = new Result(0, false);

    private WalCheck() {}

    static Result of(Path wal) {
        if (!Files.exists(wal)) {
            return SOUND;
        }
        try (FileChannel channel = FileChannel.open(wal, StandardOpenOption.READ)) {
            return check(channel);
        } catch (IOException e) {
            throw new JournalUnavailableException("journal's log " + wal + " cannot be read: " + e, e);
        }
    }

    private static Result check(FileChannel channel) throws IOException {
        ByteBuffer header = read(channel, 0, HEADER);
        if (header.remaining() < HEADER) {
            return SOUND;
        }
        int magic = header.getInt(0);
        int page = header.getInt(8);
        if ((magic != BIG_ENDIAN_SUMS && magic != LITTLE_ENDIAN_SUMS) || page < 512 || page > 65_536) {
            return new Result(0, channel.size() > HEADER);
        }
        Sums sums = new Sums(magic == BIG_ENDIAN_SUMS ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        sums.add(header, 0, 24);
        if (!sums.equal(header, 24)) {
            return new Result(0, channel.size() > HEADER);
        }
        long salts = header.getLong(16);
        boolean broken = false;
        int behind = 0;
        int commitsBehind = 0;
        for (long at = HEADER; at + FRAME_HEADER + page <= channel.size(); at += FRAME_HEADER + page) {
            ByteBuffer frame = read(channel, at, FRAME_HEADER + page);
            boolean sameLog = frame.getLong(8) == salts;
            if (!broken) {
                sums.add(frame, 0, 8);
                sums.add(frame, FRAME_HEADER, page);
                broken = !sameLog || !sums.equal(frame, 16);
                if (broken && !sameLog) {
                    // Either the end, with frames of an earlier log behind it, or damage in the salts: look on.
                    continue;
                }
                behind += broken ? 1 : 0;
            } else if (sameLog) {
                behind++;
                commitsBehind += frame.getInt(4) != 0 ? 1 : 0;
            }
        }
        return new Result(behind, commitsBehind > 0);
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // until it is full or the file ends
        }
        return buffer.flip();
    }

    /** The running checksum of the header and all frames before. */
    private static final class Sums {

        private final ByteOrder order;
        private int first;
        private int second;

        Sums(ByteOrder order) {
            this.order = order;
        }

        void add(ByteBuffer bytes, int from, int length) {
            ByteBuffer words = bytes.duplicate().order(order);
            for (int at = from; at < from + length; at += 8) {
                first += words.getInt(at) + second;
                second += words.getInt(at + 4) + first;
            }
        }

        boolean equal(ByteBuffer bytes, int at) {
            return bytes.getInt(at) == first && bytes.getInt(at + 4) == second;
        }
    }
}
