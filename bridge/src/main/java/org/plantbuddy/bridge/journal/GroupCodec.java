package org.plantbuddy.bridge.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

/**
 * The bytes of a group of readings: format version, number of readings, then user, device, sensor (modified UTF-8 with
 * its length), time (long), value (double) and, since version 2, stamp (long) of each.
 */
final class GroupCodec {

    private static final int WITHOUT_STAMP = 1;
    private static final int VERSION = 2;
    private static final int USUAL_BYTES = 56;

    private GroupCodec() {}

    static byte[] encode(List<Reading> readings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(5 + readings.size() * USUAL_BYTES);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(readings.size());
            for (Reading reading : readings) {
                out.writeUTF(reading.series().user());
                out.writeUTF(reading.series().device());
                out.writeUTF(reading.series().sensor());
                out.writeLong(reading.timeNs());
                out.writeDouble(reading.value());
                out.writeLong(reading.stampNs());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * @throws DamagedGroupException when the bytes are not a group's
     */
    static List<Reading> decode(byte[] bytes) throws DamagedGroupException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION && version != WITHOUT_STAMP) {
                throw new DamagedGroupException("format version " + version + " is unknown");
            }
            int count = in.readInt();
            List<Reading> readings = new ArrayList<>(Math.max(0, Math.min(count, bytes.length)));
            for (int i = 0; i < count; i++) {
                SeriesName series = new SeriesName(in.readUTF(), in.readUTF(), in.readUTF());
                long time = in.readLong();
                double value = in.readDouble();
                readings.add(new Reading(series, time, value, version == WITHOUT_STAMP ? 0 : in.readLong()));
            }
            return readings;
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedGroupException(e.toString());
        }
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
