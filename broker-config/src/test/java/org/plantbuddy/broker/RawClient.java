package org.plantbuddy.broker;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A client of MQTT 3.1.1, or of 5, down to the bytes, for what no library would do. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MS = 60_000;
    static final int PUBACK = 0x40;
    static final int PINGRESP = 0xD0;
    private static final int PINGREQ = 0xC0;
    private static final int PUBLISH_QOS_0 = 0x30;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int PUBLISH_RETAINED = 0x33;
    private static final int PUBLISH_QOS_2 = 0x34;
    static final int MQTT_5 = 5;
    private static final int NAME_PASSWORD = 0xC0;
    private static final int CLEAN = 0x02;
    private static final int WITH_RETAINED_WILL_OF_QOS_1 = 0x2C;
    private static final int WITH_RETAINED_WILL_OF_QOS_2 = 0x34;
    private static final byte[] SESSION_OF_AN_HOUR = {5, 0x11, 0, 0, 14, 16};
    private static final int NO_PACKET_ID = 0;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final DataOutputStream out;
    private String clientId = "raw";
    private int version = 4;
    private int flags = NAME_PASSWORD | CLEAN;
    private int keepAlive = 60;
    private Optional<String> willTopic = Optional.empty();

    /** Connects from an address of this machine, 127.0.0.1 to 127.255.255.254. */
    RawClient(int port, String from) throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
        socket.setSoTimeout(PATIENCE_MS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(socket.getOutputStream());
    }

    RawClient(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    void noDelay() throws IOException {
        socket.setTcpNoDelay(true);
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    RawClient clientId(String id) {
        clientId = id;
        return this;
    }

    RawClient keepAlive(int seconds) {
        keepAlive = seconds;
        return this;
    }

    /** @param level of the protocol: 4 or 5 */
    RawClient version(int level) {
        version = level;
        return this;
    }

    /** Has a session that is kept. */
    RawClient staying() {
        flags &= ~CLEAN;
        return this;
    }

    /** Leaves {@code offline}, retained, there. */
    RawClient will(String topic) {
        return will(topic, WITH_RETAINED_WILL_OF_QOS_1);
    }

    RawClient willOfQos2(String topic) {
        return will(topic, WITH_RETAINED_WILL_OF_QOS_2);
    }

    private RawClient will(String topic, int with) {
        flags |= with;
        willTopic = Optional.of(topic);
        return this;
    }

    /** Sends a CONNECT and does not wait for the answer. */
    void signIn(String username, String password) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeUTF("MQTT");
        data.writeByte(version);
        data.writeByte(flags);
        data.writeShort(keepAlive);
        if (version == MQTT_5 && (flags & CLEAN) == 0) {
            data.write(SESSION_OF_AN_HOUR);
        } else {
            noProperties(data);
        }
        data.writeUTF(clientId);
        if (willTopic.isPresent()) {
            noProperties(data);
            data.writeUTF(willTopic.get());
            data.writeUTF("offline");
        }
        data.writeUTF(username);
        data.writeUTF(password);
        packet(0x10, body.toByteArray());
    }

    private void noProperties(DataOutputStream data) throws IOException {
        if (version == MQTT_5) {
            data.writeByte(0);
        }
    }

    /** The code of the CONNACK. */
    int answer() throws IOException {
        in.readUnsignedByte();
        return body()[1] & 0xFF;
    }

    /** Of a CONNACK. */
    boolean isSessionPresent() throws IOException {
        in.readUnsignedByte();
        return body()[0] == 1;
    }

    int connect(String username, String password) throws IOException {
        signIn(username, password);
        return answer();
    }

    void publish(int packetId, String topic, String payload) throws IOException {
        send(publishPacket(packetId, topic, payload));
    }

    void publishRetained(int packetId, String topic, String payload) throws IOException {
        byte[] packet = publishPacket(packetId, topic, payload);
        packet[0] = PUBLISH_RETAINED;
        send(packet);
    }

    void publishWithQos2(int packetId, String topic, String payload) throws IOException {
        byte[] packet = publishPacket(packetId, topic, payload);
        packet[0] = PUBLISH_QOS_2;
        send(packet);
    }

    /** Publishes with QoS 0. */
    void publishUnacknowledged(String topic, String payload) throws IOException {
        send(publishPacket(NO_PACKET_ID, topic, payload));
    }

    /** Publishes messages with the ids 1 to {@code count} at once: what fits into one portion is read as one. */
    void publishTogether(int count, String topic, String payload) throws IOException {
        together(IntStream.rangeClosed(1, count), topic, payload);
    }

    /** Publishes messages of QoS 0 at once. */
    void publishTogetherUnacknowledged(int count, String topic, String payload) throws IOException {
        together(IntStream.generate(() -> NO_PACKET_ID).limit(count), topic, payload);
    }

    private void together(IntStream packetIds, String topic, String payload) throws IOException {
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        for (int id : packetIds.toArray()) {
            packets.write(publishPacket(id, topic, payload));
        }
        send(packets.toByteArray());
    }

    private byte[] publishPacket(int packetId, String topic, String payload) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeUTF(topic);
        if (packetId != NO_PACKET_ID) {
            data.writeShort(packetId);
        }
        noProperties(data);
        data.write(payload.getBytes(StandardCharsets.UTF_8));
        return packetOf(packetId == NO_PACKET_ID ? PUBLISH_QOS_0 : PUBLISH_QOS_1, body.toByteArray());
    }

    void packet(int header, byte[] body) throws IOException {
        send(packetOf(header, body));
    }

    static byte[] packetOf(int header, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(header);
        int left = body.length;
        do {
            bytes.write((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
            left >>= 7;
        } while (left > 0);
        bytes.write(body);
        return bytes.toByteArray();
    }

    /** The packet ids that are acknowledged, until there are so many, or the broker ends the connection. */
    Set<Integer> acknowledged(int most) {
        Set<Integer> ids = new HashSet<>();
        try {
            for (int header = in.read(); header >= 0; header = ids.size() < most ? in.read() : -1) {
                byte[] body = body();
                if (header == PUBACK) {
                    ids.add(((body[0] & 0xFF) << 8) | (body[1] & 0xFF));
                }
            }
        } catch (IOException e) {
            // reset
        }
        return ids;
    }

    void ping() throws IOException {
        packet(PINGREQ, new byte[0]);
    }

    /** The first byte of the next packet, which is read. */
    int next() throws IOException {
        int header = in.readUnsignedByte();
        body();
        return header;
    }

    /** What follows the first byte of a packet and its length. */
    private byte[] body() throws IOException {
        int length = 0;
        int more = 0x80;
        for (int shift = 0; (more & 0x80) != 0; shift += 7) {
            more = in.readUnsignedByte();
            length |= (more & 0x7F) << shift;
        }
        return in.readNBytes(length);
    }

    /** Whether the answer to a CONNECT is a refusal, or the end of the connection. */
    boolean isRefused() throws IOException {
        byte[] answer = in.readNBytes(4);
        return answer.length < 4 || answer[3] != 0;
    }

    /** What comes until the broker ends the connection, read as text. */
    String untilEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Asks for subscriptions with QoS 0, in one packet. */
    void subscribe(int packetId, String... filters) throws IOException {
        send(subscribePacket(packetId, filters));
    }

    byte[] subscribePacket(int packetId, String... filters) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeShort(packetId);
        noProperties(data);
        for (String filter : filters) {
            data.writeUTF(filter);
            data.writeByte(0);
        }
        return packetOf(0x82, body.toByteArray());
    }

    byte[] unsubscribePacket(int packetId, String... filters) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(body);
        data.writeShort(packetId);
        noProperties(data);
        for (String filter : filters) {
            data.writeUTF(filter);
        }
        return packetOf(0xA2, body.toByteArray());
    }

    /** The last byte of the next packet, which is read: the code of a SUBACK of one filter. */
    int code() throws IOException {
        in.readUnsignedByte();
        byte[] body = body();
        return body[body.length - 1] & 0xFF;
    }

    /** Whether the broker ends the connection. */
    boolean isEnded() throws IOException {
        try {
            while (in.read() >= 0) {
                // whatever comes before the end
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the broker ends the connection within five seconds. */
    boolean isEndedSoon() throws IOException {
        socket.setSoTimeout(5_000);
        return isEnded();
    }

    /** Breaks off, also what another thread waits for, and what is still on its way. */
    void end() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
