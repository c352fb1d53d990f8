package org.plantbuddy.bridge;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A board down to the bytes, of MQTT 5 where nothing else is said: it sends properties that no library would. */
final class RawBoard implements AutoCloseable {

    /** The broker ended the connection instead of answering. */
    static final int ENDED = -1;

    static final int MQTT_311 = 4;
    static final int MQTT_5 = 5;

    private static final int PATIENCE_MS = 20_000;
    private static final int CONNECT = 0x10;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int PUBLISH_QOS_2 = 0x34;
    private static final int WILL_OF_QOS_1 = 0xCE; // username, password, retained will, clean start
    private static final int NO_WILL = 0xC2;

    private final Socket socket;
    private final DataInputStream in;
    private final int version;

    private RawBoard(int version, int port) throws IOException {
        this.version = version;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Sends a CONNECT; {@link #answer} tells what comes of it. */
    static RawBoard connecting(int port, String username, String password) throws IOException {
        return connecting(MQTT_5, port, username, password);
    }

    /** The same, of a version of the protocol. */
    static RawBoard connecting(int version, int port, String username, String password) throws IOException {
        return connecting(version, port, username, password, data -> {}, NO_WILL);
    }

    /** The same, with a will. */
    static RawBoard connecting(int port, String username, String password, String topic, byte[] properties, byte[] will)
            throws IOException {
        return connecting(
                MQTT_5,
                port,
                username,
                password,
                data -> {
                    data.write(sized(properties));
                    utf8(data, topic.getBytes(StandardCharsets.UTF_8));
                    utf8(data, will);
                },
                WILL_OF_QOS_1);
    }

    private static RawBoard connecting(int version, int port, String username, String password, Part will, int flags)
            throws IOException {
        RawBoard board = new RawBoard(version, port);
        board.send(CONNECT, data -> {
            data.writeUTF("MQTT");
            data.writeByte(version);
            data.writeByte(flags);
            data.writeShort(60);
            data.write(board.properties(new byte[0]));
            data.writeUTF("raw");
            will.write(data);
            data.writeUTF(username);
            data.writeUTF(password);
        });
        return board;
    }

    void publish(String topic, byte[] properties, byte[] payload) throws IOException {
        publish(PUBLISH_QOS_1, topic, properties, payload);
    }

    void publishWithQos2(String topic, byte[] payload) throws IOException {
        publish(PUBLISH_QOS_2, topic, new byte[0], payload);
    }

    private void publish(int header, String topic, byte[] properties, byte[] payload) throws IOException {
        send(header, data -> {
            utf8(data, topic.getBytes(StandardCharsets.UTF_8));
            data.writeShort(1);
            data.write(properties(properties));
            data.write(payload);
        });
    }

    /** MQTT 3.1.1 has none. */
    private byte[] properties(byte[] properties) throws IOException {
        return version == MQTT_5 ? sized(properties) : new byte[0];
    }

    /** The reason code of the next packet, a CONNACK or a PUBACK; {@link #ENDED} where none comes. */
    int answer() {
        try {
            int header = in.readUnsignedByte();
            byte[] body = in.readNBytes(in.readUnsignedByte());
            return header >>> 4 > 4 ? ENDED : header == 0x20 ? body[1] & 0xFF : body.length < 3 ? 0 : body[2] & 0xFF;
        } catch (IOException e) {
            return ENDED;
        }
    }

    void send(int header, Part part) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        packet.write(sized(bytes(part)));
        try {
            socket.getOutputStream().write(packet.toByteArray());
        } catch (SocketException e) {
            // The broker has closed before it had read all: answer() tells what it said.
        }
    }

    /** Writes a part of a packet. */
    interface Part {
        void write(DataOutputStream data) throws IOException;
    }

    static byte[] bytes(Part part) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        part.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Text or data with its length in two bytes before it. */
    static void utf8(DataOutputStream data, byte[] bytes) throws IOException {
        data.writeShort(bytes.length);
        data.write(bytes);
    }

    /** With the length, as MQTT writes it, before it. */
    static byte[] sized(byte[] bytes) throws IOException {
        return bytes(data -> {
            int left = bytes.length;
            do {
                data.writeByte((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
                left >>= 7;
            } while (left > 0);
            data.write(bytes);
        });
    }

    /** Breaks off without a word, so that the will is published. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
