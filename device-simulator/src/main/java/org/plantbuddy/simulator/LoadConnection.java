package org.plantbuddy.simulator;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection of a board's session, from CONNECT to its end. One thread publishes; answers come on a thread of its own.
 */
final class LoadConnection implements AutoCloseable {

    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int SESSION_SECONDS = 24 * 3_600;
    private static final int PATIENCE_MS = 10_000;
    private static final long PING_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final LoadSession session;
    private final BiConsumer<NumberedReading, Integer> answers;
    private final Semaphore window = new Semaphore(0);
    private long lastSent = System.nanoTime();
    private volatile boolean lost;

    private LoadConnection(Socket socket, LoadSession session, BiConsumer<NumberedReading, Integer> answers)
            throws IOException {
        this.socket = socket;
        this.session = session;
        this.answers = answers;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 15);
    }

    /**
     * Connects, and sends again what the session has unanswered: with DUP and its packet id where the broker still knows
     * the session.
     *
     * @param answers told of each answered reading, with the reason code of its PUBACK
     * @param again told of each reading sent again
     */
    static LoadConnection open(
            BrokerAddress broker,
            Credentials credentials,
            LoadSession session,
            BiConsumer<NumberedReading, Integer> answers,
            Consumer<Boolean> again)
            throws IOException {
        Socket socket = connected(broker);
        try {
            LoadConnection connection = new LoadConnection(socket, session, answers);
            Packets.Received.Connected connack = connection.signIn(credentials);
            connection.window.release(connack.receiveMaximum());
            Thread reader = new Thread(connection::readAnswers, "answers-" + credentials.username());
            reader.setDaemon(true);
            reader.start();
            connection.resume(connack.sessionPresent(), again);
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket connected(BrokerAddress broker) throws IOException {
        Socket socket = broker.tls() ? SSLSocketFactory.getDefault().createSocket() : new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(broker.host(), broker.port()), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            if (socket instanceof SSLSocket tls) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must be this host's
                tls.setSSLParameters(parameters);
                tls.startHandshake();
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private Packets.Received.Connected signIn(Credentials credentials) throws IOException {
        String clientId = "load-" + credentials.user() + "-" + credentials.device();
        send(Packets.connect(clientId, credentials, KEEP_ALIVE_SECONDS, SESSION_SECONDS));
        out.flush();
        if (!(Packets.read(in) instanceof Packets.Received.Connected connack)) {
            throw new IOException("the broker does not answer CONNECT with CONNACK");
        }
        if (connack.reasonCode() != 0) {
            throw new IOException(
                    "the broker refuses the board, reason code 0x" + Integer.toHexString(connack.reasonCode()));
        }
        socket.setSoTimeout(0);
        return connack;
    }

    private void resume(boolean sessionPresent, Consumer<Boolean> again) throws IOException {
        for (Map.Entry<Integer, NumberedReading> message : session.unanswered().entrySet()) {
            window.acquireUninterruptibly();
            write(message.getKey(), message.getValue(), sessionPresent);
            again.accept(sessionPresent);
        }
        out.flush();
    }

    /** Whether the broker takes another reading now: it may have so many unanswered at once. */
    boolean hasRoom() {
        return window.availablePermits() > 0;
    }

    /** Sends a reading; there must be room. From now on it is the session's, whether it gets through or not. */
    void publish(NumberedReading reading) throws IOException {
        window.acquireUninterruptibly();
        write(session.add(reading), reading, false);
    }

    private void write(int packetId, NumberedReading reading, boolean again) throws IOException {
        send(Packets.publish(reading.topic(), packetId, again, Long.toString(reading.number()), reading.time()));
    }

    private void send(byte[] packet) throws IOException {
        out.write(packet);
        lastSent = System.nanoTime();
    }

    /** Lets what was published go, and the broker know that the board lives. */
    void flush() throws IOException {
        if (System.nanoTime() - lastSent > PING_AFTER_NANOS) {
            send(Packets.ping());
        }
        out.flush();
    }

    private void readAnswers() {
        try {
            while (!lost) {
                Packets.Received received = Packets.read(in);
                if (received instanceof Packets.Received.Answered answer) {
                    NumberedReading reading = session.answered(answer.packetId());
                    window.release();
                    answers.accept(reading, answer.reasonCode());
                } else if (received instanceof Packets.Received.Dismissed) {
                    return;
                }
            }
        } catch (IOException e) {
            // The connection has ended: the session goes on with the next.
        } finally {
            lost = true;
            closeSocket();
        }
    }

    boolean isLost() {
        return lost;
    }

    /** Leaves politely; the broker keeps the session. */
    @Override
    public void close() {
        if (!lost) {
            try {
                send(Packets.disconnect());
                out.flush();
            } catch (IOException e) {
                // It is lost.
            }
        }
        lost = true;
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left that could be released.
        }
    }
}
