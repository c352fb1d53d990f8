package org.plantbuddy.broker.signin;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.UUID;
import org.plantbuddy.broker.access.ClientIds;

/** Knocks at a broker without a name, as anybody on the network could, with a client id that nobody else knows. */
public final class AnonymousProbe {

    private static final int TIMEOUT = (int) Duration.ofSeconds(20).toMillis();
    private static final int CONNECT = 0x10;
    private static final int CONNACK = 0x20;
    private static final int MQTT_3_1_1 = 4;
    private static final int CLEAN_SESSION = 2;
    private static final int KEEP_ALIVE_S = 10;

    private final String clientId = "probe-" + UUID.randomUUID();

    /** Whether it is the probe that has this id. */
    boolean is(String boundClientId) {
        return boundClientId.equals(ClientIds.ofNobody(clientId));
    }

    /** Whether the broker answers, and refuses. */
    public boolean isRefused(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT);
            socket.setSoTimeout(TIMEOUT);
            socket.getOutputStream().write(connect());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            boolean answered = in.readUnsignedByte() == CONNACK && in.readUnsignedByte() == 2;
            in.readUnsignedByte();
            return answered && in.readUnsignedByte() != 0;
        }
    }

    /** MQTT 3.1.1, no username, no will. */
    private byte[] connect() throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(packet);
        out.writeByte(CONNECT);
        out.writeByte(12 + clientId.length());
        out.writeUTF("MQTT");
        out.writeByte(MQTT_3_1_1);
        out.writeByte(CLEAN_SESSION);
        out.writeShort(KEEP_ALIVE_S);
        out.writeUTF(clientId);
        return packet.toByteArray();
    }
}
