package org.plantbuddy.simulator;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.plantbuddy.topic.Topics;

/** The few MQTT 5 packets that a board which only publishes needs, as bytes. See decision 0043 for why by hand. */
final class Packets {

    static final int MOST_IN_FLIGHT = 65_535;

    private static final int CONNECT = 0x10;
    private static final int CONNACK = 2;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int DUP = 0x08;
    private static final int PUBACK = 4;
    private static final int DISCONNECT = 14;
    private static final int USERNAME_AND_PASSWORD = 0xC0;
    private static final int SESSION_EXPIRY = 0x11;
    private static final int RECEIVE_MAXIMUM = 0x21;
    private static final int USER_PROPERTY = 0x26;
    private static final int MOST_BYTES_TAKEN = 1 << 20;

    private Packets() {}

    /** What the broker sends. */
    sealed interface Received {

        /** CONNACK; only with reason code 0 is there a connection. */
        record Connected(int reasonCode, boolean sessionPresent, int receiveMaximum) implements Received {}

        /** PUBACK, also with a reason why the message is refused. */
        record Answered(int packetId, int reasonCode) implements Received {}

        /** DISCONNECT. */
        record Dismissed(int reasonCode) implements Received {}

        /** Anything else, such as the answer to a ping. */
        record Other() implements Received {}
    }

    /** CONNECT without clean start: the session lives {@code sessionSeconds} longer than its connection. */
    static byte[] connect(String clientId, Credentials credentials, int keepAliveSeconds, int sessionSeconds)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF("MQTT");
        body.writeByte(5);
        body.writeByte(USERNAME_AND_PASSWORD);
        body.writeShort(keepAliveSeconds);
        body.writeByte(5);
        body.writeByte(SESSION_EXPIRY);
        body.writeInt(sessionSeconds);
        body.writeUTF(clientId);
        body.writeUTF(credentials.username());
        body.writeUTF(credentials.token());
        return packet(CONNECT, bytes);
    }

    /** PUBLISH at QoS 1. */
    static byte[] publish(String topic, int packetId, boolean again, String payload, Optional<String> time)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeUTF(topic);
        body.writeShort(packetId);
        ByteArrayOutputStream properties = new ByteArrayOutputStream();
        if (time.isPresent()) {
            DataOutputStream property = new DataOutputStream(properties);
            property.writeByte(USER_PROPERTY);
            property.writeUTF(Topics.TIME);
            property.writeUTF(time.get());
        }
        body.writeByte(properties.size()); // far below 128: one byte
        properties.writeTo(body);
        body.write(payload.getBytes(StandardCharsets.UTF_8));
        return packet(again ? PUBLISH_QOS_1 | DUP : PUBLISH_QOS_1, bytes);
    }

    static byte[] ping() {
        return new byte[] {(byte) 0xC0, 0};
    }

    /** The end of a connection that leaves the session. */
    static byte[] disconnect() {
        return new byte[] {(byte) 0xE0, 0};
    }

    private static byte[] packet(int header, ByteArrayOutputStream body) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream(body.size() + 5);
        packet.write(header);
        int length = body.size();
        do {
            int rest = length >>> 7;
            packet.write(rest > 0 ? (length & 0x7F) | 0x80 : length);
            length = rest;
        } while (length > 0);
        packet.writeBytes(body.toByteArray());
        return packet.toByteArray();
    }

    /** Waits for the next packet. */
    static Received read(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte() >>> 4;
        int length = variableInt(in);
        if (length > MOST_BYTES_TAKEN) {
            throw new IOException("the broker announces a packet of " + length + " bytes");
        }
        ByteBuffer body = ByteBuffer.wrap(in.readNBytes(length));
        return switch (type) {
            case CONNACK -> connected(body);
            case PUBACK ->
                new Received.Answered(
                        Short.toUnsignedInt(body.getShort()), body.hasRemaining() ? Byte.toUnsignedInt(body.get()) : 0);
            case DISCONNECT -> new Received.Dismissed(body.hasRemaining() ? Byte.toUnsignedInt(body.get()) : 0);
            default -> new Received.Other();
        };
    }

    private static int variableInt(DataInputStream in) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = in.readUnsignedByte();
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IOException("not MQTT: a length of more than four bytes");
    }

    private static Received connected(ByteBuffer body) {
        boolean sessionPresent = body.get() == 1;
        int reasonCode = Byte.toUnsignedInt(body.get());
        int receiveMaximum = MOST_IN_FLIGHT;
        int end = body.hasRemaining() ? body.get() + body.position() : body.position(); // short: one byte of length
        while (body.position() < Math.min(end, body.limit())) {
            int property = body.get();
            if (property == RECEIVE_MAXIMUM) {
                receiveMaximum = Short.toUnsignedInt(body.getShort());
            } else {
                skip(property, body);
            }
        }
        return new Received.Connected(reasonCode, sessionPresent, receiveMaximum);
    }

    /** By the sizes MQTT 5 gives the properties of a CONNACK. */
    private static void skip(int property, ByteBuffer body) {
        int bytes = switch (property) {
            case 0x11, 0x27 -> 4; // session expiry, maximum packet size
            case 0x13, 0x22 -> 2; // keep alive, topic alias maximum
            case 0x24, 0x25, 0x28, 0x29, 0x2A -> 1; // maximum QoS and what is available
            case 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F -> Short.toUnsignedInt(body.getShort()); // texts and data
            default -> body.remaining();
        };
        body.position(body.position() + Math.min(bytes, body.remaining()));
    }
}
