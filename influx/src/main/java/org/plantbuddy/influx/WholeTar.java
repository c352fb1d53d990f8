package org.plantbuddy.influx;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A tar that has to come to its end. When InfluxDB fails in the middle of one, it adds an error to it, and the answer is a
 * success all the same.
 */
final class WholeTar extends FilterInputStream {

    private static final int BLOCK = 512;

    /** Two blocks of zeros. */
    private static final int END = 2 * BLOCK;

    private long bytes;
    private long zeros;

    WholeTar(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int count) throws IOException {
        int read = super.read(into, from, count);
        int notZero = from + read - 1;
        while (notZero >= from && into[notZero] == 0) {
            notZero--;
        }
        if (read > 0) {
            bytes += read;
            zeros = notZero < from ? zeros + read : from + read - 1 - notZero;
        }
        return read;
    }

    /** @throws IOException when it was read to its end, and that is none of a tar */
    void requireEnd() throws IOException {
        if (bytes % BLOCK != 0 || zeros < END) {
            throw new IOException("InfluxDB did not send all of a shard: its log says why; try again");
        }
    }
}
