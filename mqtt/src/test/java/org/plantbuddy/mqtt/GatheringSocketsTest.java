package org.plantbuddy.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatheringSocketsTest {

    private final GatheringSockets sockets = new GatheringSockets();
    private ServerSocket server;
    private Socket client;
    private Socket broker;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        client = sockets.createSocket();
        client.connect(server.getLocalSocketAddress());
        broker = server.accept();
        broker.setSoTimeout(200);
    }

    @AfterEach
    void close() throws IOException {
        broker.close();
        client.close();
        server.close();
    }

    private void send(int packet) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(packet);
        out.flush();
    }

    private byte[] received(int bytes) throws IOException {
        broker.setSoTimeout(10_000);
        return broker.getInputStream().readNBytes(bytes);
    }

    @Test
    void aPacketThatNobodyAnnouncedLeavesAtOnce() throws IOException {
        send(1);
        assertThat(received(1)).containsExactly(1);
    }

    @Test
    void announcedPacketsLeaveWithTheLastOfThem() throws IOException {
        sockets.gather(3);
        send(1);
        send(2);
        assertThatThrownBy(() -> broker.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        send(3);
        assertThat(received(3)).containsExactly(1, 2, 3);
        send(4);
        assertThat(received(1)).containsExactly(4);
    }

    @Test
    void afterSettlingNothingIsHeldBack() throws IOException {
        sockets.gather(100);
        send(1);
        sockets.settle();
        send(2);
        assertThat(received(2)).containsExactly(1, 2);
    }

    @Test
    void whatTheBrokerSentIsReadInOrderAndATimeoutLosesNothing() throws IOException {
        client.setSoTimeout(100);
        InputStream in = client.getInputStream();
        broker.getOutputStream().write(new byte[] {1, 2, 3});
        assertThat(in.read()).isEqualTo(1);
        assertThat(in.available()).isEqualTo(2);
        assertThat(in.readNBytes(2)).containsExactly(2, 3);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        broker.getOutputStream().write(4);
        client.setSoTimeout(10_000);
        assertThat(in.read()).isEqualTo(4);
    }

    @Test
    void nagleIsOff() throws IOException {
        client.getOutputStream();
        assertThat(client.getTcpNoDelay()).isTrue();
    }
}
