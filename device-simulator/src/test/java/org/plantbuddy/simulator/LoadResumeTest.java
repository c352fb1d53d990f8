package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a board of a load sends, byte for byte, when its connection ends before the broker has answered. */
class LoadResumeTest {

    private static final Credentials BOARD = new Credentials("rick", "01", "secret");
    private static final int MESSAGES = 5;

    private record Message(int packetId, boolean dup, String payload) {}

    @Test
    void unansweredMessagesOfAKeptSessionAreSentAgainWithDupAndTheirPacketIds() throws Exception {
        assertSentAgain(true);
    }

    @Test
    void unansweredMessagesOfALostSessionAreSentAgainAsNewOnes() throws Exception {
        assertSentAgain(false);
    }

    private static void assertSentAgain(boolean sessionPresent) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Ledger ledger = Ledger.inMemory()) {
            Load load = new Load(
                    new BrokerAddress("127.0.0.1", server.getLocalPort()),
                    List.of(BOARD),
                    new LoadPlan(1_000, Duration.ofMillis(MESSAGES), "load", 1, LoadPlan.Times.NONE),
                    ledger,
                    Duration.ofSeconds(20));
            Thread sender = new Thread(() -> run(load));
            sender.start();
            List<Message> first;
            try (Socket connection = accept(server, false)) {
                first = messages(connection, MESSAGES);
                answer(connection, first.get(1)); // out of turn: the others stay unanswered
                assertThat(read(connection, 0xE0)).as("nothing more is sent").isEmpty();
            } // ends without the other answers
            try (Socket connection = accept(server, sessionPresent)) {
                List<Message> again = messages(connection, MESSAGES - 1);
                List<Message> expected = new ArrayList<>(first);
                expected.remove(1);
                expected.replaceAll(message -> new Message(message.packetId(), sessionPresent, message.payload()));
                assertThat(again).isEqualTo(expected);
                for (Message message : again) {
                    answer(connection, message);
                }
                sender.join();
            }
            assertThat(first).extracting(Message::payload).containsExactly("1", "2", "3", "4", "5");
            assertThat(first).noneMatch(Message::dup);
            assertThat(ledger.summary())
                    .isEqualTo("sent=5 acknowledged=5 refused=0 unacknowledged=0 sent_again=4 with_dup="
                            + (sessionPresent ? 4 : 0));
        }
    }

    private static void run(Load load) {
        try {
            load.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Socket accept(ServerSocket server, boolean sessionPresent) throws IOException {
        server.setSoTimeout(20_000);
        Socket connection = server.accept();
        connection.setSoTimeout(500);
        ByteBuffer connect = read(connection, 0x10).get(0);
        assertThat(connect.get(7) & 2).as("clean start").isZero();
        connection.getOutputStream().write(new byte[] {0x20, 3, (byte) (sessionPresent ? 1 : 0), 0, 0});
        return connection;
    }

    private static List<Message> messages(Socket connection, int count) throws IOException {
        List<Message> messages = new ArrayList<>();
        while (messages.size() < count) {
            for (ByteBuffer packet : read(connection, 0x32)) {
                boolean dup = packet.get(packet.capacity() - 1) == 1;
                packet.position(packet.getShort() + 2).limit(packet.capacity() - 1);
                int packetId = packet.getShort();
                assertThat(packet.get()).as("length of properties").isZero();
                messages.add(new Message(
                        packetId, dup, StandardCharsets.UTF_8.decode(packet).toString()));
            }
        }
        return messages;
    }

    /** The body of the next packet of this type, with its DUP flag as one more byte; empty when none comes. */
    private static List<ByteBuffer> read(Socket connection, int type) throws IOException {
        DataInputStream in = new DataInputStream(connection.getInputStream());
        try {
            int header = in.readUnsignedByte();
            assertThat(header & ~8).isEqualTo(type);
            ByteBuffer body = ByteBuffer.allocate(in.readUnsignedByte() + 1);
            in.readFully(body.array(), 0, body.capacity() - 1);
            body.put(body.capacity() - 1, (byte) ((header & 8) >> 3));
            return List.of(body);
        } catch (java.net.SocketTimeoutException | EOFException e) {
            return List.of();
        }
    }

    private static void answer(Socket connection, Message message) throws IOException {
        connection.getOutputStream().write(new byte[] {0x40, 2, 0, (byte) message.packetId()});
    }
}
