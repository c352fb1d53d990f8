package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.Topics;

/** A board whose acknowledgement was lost sends again, and it is the same reading. */
class ResendIT {

    private static final String READING = "plantbuddy/rick/01/light";

    @Test
    void aMessageSentAgainKeepsItsFirstStamp(@TempDir Path data) throws Exception {
        try (TestBroker broker = new TestBroker(data);
                Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            try (Board board = new Board(broker, false)) {
                board.publish(7, "36", false);
                await().until(() -> bridge.received.size() == 1);
            }
            try (Board board = new Board(broker, false)) {
                board.publish(7, "36", true);
                board.publish(8, "36", false);
                await().until(() -> bridge.received.size() == 3);
            }
            try (Board board = new Board(broker, true)) {
                board.publish(8, "36", true);
                await().until(() -> bridge.received.size() == 4);
            }
            List<String> stamps = bridge.received.stream()
                    .map(message -> message.property(Topics.RECEIVED_AT).orElseThrow())
                    .toList();
            assertThat(stamps.get(1)).isEqualTo(stamps.get(0));
            assertThat(stamps.get(2)).isNotEqualTo(stamps.get(0));
            assertThat(stamps.get(3)).as("a session that starts anew").isNotIn(stamps.subList(0, 3));
        }
    }

    @Test
    void aMessageThatWasHeldWhenItsConnectionEndedIsTheSameReadingWhenItComesAgain(@TempDir Path data)
            throws Exception {
        Map<Key, String> oneASecond = Map.of(Key.QUOTA_BOARD, "1", Key.QUOTA_USER, "0");
        try (TestBroker broker = new TestBroker(data, oneASecond);
                Paho bridge = broker.bridge().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            try (Board board = new Board(broker, false)) {
                board.publish(7, "36", false);
                board.publish(8, "37", false);
                await().until(() -> broker.broker().heldMessages() == 1);
            }
            try (Board board = new Board(broker, false)) {
                board.publish(8, "37", true);
                await().until(() -> bridge.received.size() == 3);
            }
            List<String> stamps = bridge.received.stream()
                    .filter(message -> message.payload().equals("37"))
                    .map(message -> message.property(Topics.RECEIVED_AT).orElseThrow())
                    .toList();
            assertThat(stamps).hasSize(2);
            assertThat(stamps.get(1)).isEqualTo(stamps.get(0));
        }
    }

    /** An MQTT 3.1.1 board down to the bytes: libraries do not let a test choose packet ids and DUP. */
    private static final class Board implements AutoCloseable {

        private final Socket socket;

        Board(TestBroker broker, boolean clean) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream body = new DataOutputStream(bytes);
            body.writeUTF("MQTT");
            body.writeByte(4);
            body.writeByte(0xC0 | (clean ? 2 : 0)); // username, password
            body.writeShort(60);
            body.writeUTF("raw");
            body.writeUTF("rick/01");
            body.writeUTF(broker.rickBoard);
            send(0x10, bytes);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] connack = in.readNBytes(4);
            assertThat(connack[3]).isZero();
        }

        void publish(int packetId, String payload, boolean dup) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream body = new DataOutputStream(bytes);
            body.writeUTF(READING);
            body.writeShort(packetId);
            body.write(payload.getBytes(StandardCharsets.UTF_8));
            send(0x32 | (dup ? 8 : 0), bytes);
        }

        private void send(int header, ByteArrayOutputStream body) throws IOException {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeByte(header);
            out.writeByte(body.size()); // below 128, one byte
            body.writeTo(out);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
