package org.plantbuddy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pages that hear what happens, read by one thread. Readings have for a value the ms at which they were published. */
final class OpenPages implements AutoCloseable {

    private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E]+)[,}]");
    private static final Pattern READY = Pattern.compile("event: (ready|reset)\\n");
    private static final int TENTHS_OF_A_MS = 100_000;
    private static final int ROOM = 64 * 1024;
    private static final int LONGEST_EVENT = 512;

    private final int port;
    private final long begunNs = System.nanoTime();
    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final int[] delays = new int[TENTHS_OF_A_MS + 1];
    private final Thread reader = new Thread(this::read, "pages");
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /** @param port of the page's server on this machine */
    OpenPages(int port) throws IOException {
        this.port = port;
    }

    /** What a page has read and not yet understood. */
    private record Heard(StringBuilder text) {}

    /** One that is read. To be called before {@link #listen}. */
    void open(String token) throws IOException {
        SocketChannel channel = connect(token, ROOM);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Heard(new StringBuilder()));
    }

    /** One that keeps its connection and never reads. */
    void openDead(String token) throws IOException {
        connect(token, LONGEST_EVENT);
    }

    private SocketChannel connect(String token, int room) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, room);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String request =
                "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    void listen() {
        reader.setDaemon(true);
        reader.start();
    }

    /** How many have been told that they hear everything from then on. */
    int ready() {
        return ready.get();
    }

    /** How many of those that are read have ended. */
    int ended() {
        return ended.get();
    }

    /** What a reading that is published now has for a value. */
    double now() {
        return Math.round((System.nanoTime() - begunNs) / 1e5) / 10.0;
    }

    private void read() {
        ByteBuffer buffer = ByteBuffer.allocate(ROOM);
        try {
            while (selector.isOpen()) {
                selector.select(key -> {
                    try {
                        read((SocketChannel) key.channel(), ((Heard) key.attachment()).text(), buffer);
                    } catch (IOException e) {
                        ended.incrementAndGet();
                        key.cancel();
                    }
                });
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(SocketChannel channel, StringBuilder heard, ByteBuffer buffer) throws IOException {
        if (channel.read(buffer.clear()) < 0) {
            throw new IOException("it is over");
        }
        heard.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        int end = 0;
        Matcher value = VALUE.matcher(heard);
        while (value.find()) {
            double delay = now() - Double.parseDouble(value.group(1));
            synchronized (delays) {
                delays[Math.max(0, Math.min(TENTHS_OF_A_MS, (int) Math.round(delay * 10)))]++;
            }
            end = value.end();
        }
        if (end == 0 && READY.matcher(heard).find()) {
            ready.incrementAndGet();
            end = heard.length();
        }
        heard.delete(0, Math.max(end, heard.length() - LONGEST_EVENT));
    }

    /** From here on delays are counted. */
    void forget() {
        synchronized (delays) {
            Arrays.fill(delays, 0);
        }
    }

    int heard() {
        synchronized (delays) {
            return Arrays.stream(delays).sum();
        }
    }

    /** The delay that this share of readings did not exceed, ms. */
    double delay(double share) {
        synchronized (delays) {
            long left = Math.round(heard() * share);
            for (int tenths = 0; tenths < delays.length; tenths++) {
                left -= delays[tenths];
                if (left <= 0) {
                    return tenths / 10.0;
                }
            }
            return Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
