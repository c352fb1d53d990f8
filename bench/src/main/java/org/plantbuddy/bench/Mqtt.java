package org.plantbuddy.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * As much of MQTT 5 as it takes to fill a broker's queue fast: QoS 1, one connection, many messages under way. One thread
 * publishes.
 */
final class Mqtt implements AutoCloseable {

    /** The broker's receive maximum; see its config.xml. */
    private static final int WINDOW = 1_000;

    private static final int CONNACK = 0x20;
    private static final int PUBACK = 0x40;
    private static final int SUBACK = 0x90;
    private static final int FAILURE = 0x80;
    private static final int SESSION_KEPT_S = 3_600;
    private static final int PATIENCE_S = 60;
    private static final byte[] NO_PROPERTIES = {};

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final Semaphore window = new Semaphore(WINDOW);
    private volatile Optional<String> failure = Optional.empty();
    private int packetId;

    private Mqtt(Socket socket) throws IOException {
        this.socket = socket;
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    }

    /** Connects; the session outlives the connection by an hour. */
    static Mqtt connect(int port, String clientId, String username, String password) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        Mqtt mqtt = new Mqtt(socket);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeUTF("MQTT");
        data.writeByte(5);
        data.writeByte(0xC0); // username and password, the session that there is
        data.writeShort(600);
        data.writeByte(5); // properties: session expiry
        data.writeByte(0x11);
        data.writeInt(SESSION_KEPT_S);
        data.writeUTF(clientId);
        data.writeUTF(username);
        data.writeUTF(password);
        mqtt.send(0x10, body.toByteArray());
        byte[] answer = mqtt.expect(CONNACK);
        if (answer[1] != 0) {
            throw new IOException("the broker refuses " + username + ": reason code " + (answer[1] & 0xff));
        }
        return mqtt;
    }

    /** To be called before the first {@link #publish}. */
    void subscribe(String filter) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeShort(1);
        data.writeByte(0);
        data.writeUTF(filter);
        data.writeByte(1);
        send(0x82, body.toByteArray());
        byte[] answer = expect(SUBACK);
        if ((answer[answer.length - 1] & 0xff) >= FAILURE) {
            throw new IOException("the broker refuses the subscription " + filter);
        }
    }

    /** Starts to read acknowledgements. To be called once, before the first {@link #publish}. */
    Mqtt forPublishing() {
        Thread reader = new Thread(this::readAcknowledgements, "acknowledgements");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    /** Waits for room in the window; the message may stay in the buffer until {@link #flush}. */
    void publish(String topic, String payload) throws IOException, InterruptedException {
        publish(topic, NO_PROPERTIES, payload.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The same with properties.
     *
     * @param properties as they go over the wire, without their length
     */
    void publish(String topic, byte[] properties, byte[] payload) throws IOException, InterruptedException {
        if (!window.tryAcquire()) {
            out.flush();
            if (!window.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IOException("the broker acknowledges nothing");
            }
        }
        requireAccepted();
        byte[] topicBytes = topic.getBytes(StandardCharsets.UTF_8);
        packetId = packetId % 0xffff + 1;
        header(0x32, 2 + topicBytes.length + 2 + lengthOf(properties.length) + properties.length + payload.length);
        out.write(topicBytes.length >> 8);
        out.write(topicBytes.length);
        out.write(topicBytes);
        out.write(packetId >> 8);
        out.write(packetId);
        length(properties.length);
        out.write(properties);
        out.write(payload);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Waits until everything is acknowledged. */
    void awaitAcknowledged() throws IOException, InterruptedException {
        out.flush();
        if (!window.tryAcquire(WINDOW, PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IOException("the broker does not acknowledge everything");
        }
        window.release(WINDOW);
        requireAccepted();
    }

    private void requireAccepted() throws IOException {
        if (failure.isPresent()) {
            throw new IOException(failure.get());
        }
    }

    private void readAcknowledgements() {
        try {
            while (true) {
                int type = in.readUnsignedByte();
                byte[] body = in.readNBytes(remainingLength());
                if ((type & 0xf0) == PUBACK) {
                    if (body.length > 2 && (body[2] & 0xff) >= FAILURE) {
                        failure = Optional.of("the broker refuses a message: reason code " + (body[2] & 0xff));
                    }
                    window.release();
                }
            }
        } catch (EOFException e) {
            failure = Optional.of("the broker closed the connection");
        } catch (IOException e) {
            failure = Optional.of("connection lost: " + e.getMessage());
        }
    }

    private byte[] expect(int type) throws IOException {
        int found = in.readUnsignedByte();
        byte[] body = in.readNBytes(remainingLength());
        if ((found & 0xf0) != type) {
            throw new IOException("packet type " + (found >> 4) + " where " + (type >> 4) + " was expected");
        }
        return body;
    }

    private int remainingLength() throws IOException {
        int length = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            length |= (next & 0x7f) << shift;
            shift += 7;
        } while ((next & 0x80) != 0);
        return length;
    }

    private void send(int type, byte[] body) throws IOException {
        header(type, body.length);
        out.write(body);
        out.flush();
    }

    private void header(int type, int length) throws IOException {
        out.write(type);
        length(length);
    }

    private static int lengthOf(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4;
    }

    private void length(int length) throws IOException {
        int rest = length;
        do {
            out.write((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
            rest >>= 7;
        } while (rest > 0);
    }

    @Override
    public void close() throws IOException {
        try {
            send(0xE0, new byte[] {0, 0});
        } finally {
            socket.close();
        }
    }
}
