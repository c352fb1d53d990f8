package org.plantbuddy.broker;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Knocks at a broker without a name, as anybody on the network could. */
final class AnonymousProbe {

    private static final int TIMEOUT = (int) Duration.ofSeconds(20).toMillis();
    private static final int CONNACK = 0x20;

    /** MQTT 3.1.1 CONNECT, clean session, client id "probe", no username, no will. */
    private static final byte[] CONNECT = {
        0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 10, 0, 5, 'p', 'r', 'o', 'b', 'e'
    };

    private AnonymousProbe() {}

    /** Whether the broker answers, and refuses. */
    static boolean isRefused(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, TIMEOUT);
            socket.setSoTimeout(TIMEOUT);
            socket.getOutputStream().write(CONNECT);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            boolean answered = in.readUnsignedByte() == CONNACK && in.readUnsignedByte() == 2;
            in.readUnsignedByte();
            return answered && in.readUnsignedByte() != 0;
        }
    }
}
