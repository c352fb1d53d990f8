package org.plantbuddy.mqtt;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/**
 * The socket of one connection, so that a message does not cost a handful of system calls. The MQTT client reads its
 * socket byte by byte and writes each acknowledgement by itself; here it reads from a buffer, and the acknowledgements of
 * a group leave together. Nagle's algorithm is off: with it they would wait for the broker. Thread-safe.
 */
final class GatheringSockets extends SocketFactory {

    private static final int BUFFER = 1 << 16;

    private final AtomicInteger announced = new AtomicInteger();

    /** Tells that so many packets are about to be sent: they leave when the last of them is written. */
    void gather(int packets) {
        announced.addAndGet(packets);
    }

    /** Tells that no more packets follow of those announced: the next leaves at once. */
    void settle() {
        announced.set(0);
    }

    @Override
    public Socket createSocket() {
        return new GatheringSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw notAsked();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw notAsked();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw notAsked();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw notAsked();
    }

    private static IOException notAsked() {
        return new IOException("the MQTT client connects its sockets itself");
    }

    private final class GatheringSocket extends Socket {

        private final Object opening = new Object();
        private volatile InputStream in = InputStream.nullInputStream();
        private volatile OutputStream out = OutputStream.nullOutputStream();
        private boolean open;

        @Override
        public InputStream getInputStream() throws IOException {
            openStreams();
            return in;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            openStreams();
            return out;
        }

        /** Once: whoever asks again must get the same buffers. */
        private void openStreams() throws IOException {
            synchronized (opening) {
                if (!open) {
                    setTcpNoDelay(true);
                    in = new Input(super.getInputStream());
                    out = new Output(super.getOutputStream());
                    open = true;
                }
            }
        }
    }

    private static final class Input extends BufferedInputStream {

        Input(InputStream in) {
            super(in, BUFFER);
        }

        /** The client asks for every packet whether there is more; the system is asked only when the buffer is empty. */
        @Override
        public synchronized int available() throws IOException {
            return count > pos ? count - pos : super.available();
        }
    }

    private final class Output extends BufferedOutputStream {

        Output(OutputStream out) {
            super(out, BUFFER);
        }

        /** Called by the client after each packet. */
        @Override
        public synchronized void flush() throws IOException {
            if (announced.getAndUpdate(packets -> Math.max(0, packets - 1)) <= 1) {
                super.flush();
            }
        }
    }
}
