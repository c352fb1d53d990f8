package org.plantbuddy.simulator;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSocket;
import org.plantbuddy.topic.Topics;

/**
 * One connection of a board's session, from CONNECT to its end. One thread publishes; answers come on a thread of its own.
 */
final class LoadConnection implements AutoCloseable {

    private static final Duration SESSION_KEPT = Duration.ofDays(1);
    private static final long PING_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

    private final MqttSocket socket;
    private final LoadSession session;
    private final BiConsumer<NumberedReading, Integer> answers;
    private final Semaphore window = new Semaphore(0);
    private long lastSent = System.nanoTime();
    private volatile boolean lost;

    private LoadConnection(MqttSocket socket, LoadSession session, BiConsumer<NumberedReading, Integer> answers) {
        this.socket = socket;
        this.session = session;
        this.answers = answers;
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
        String clientId = "load-" + credentials.user() + "-" + credentials.device();
        MqttSocket socket = MqttSocket.connect(
                new MqttOptions(broker.uri(), clientId, credentials.username(), new Secret(credentials.token()))
                        .keptFor(SESSION_KEPT));
        LoadConnection connection = new LoadConnection(socket, session, answers);
        connection.window.release(socket.receiveMaximum());
        Thread reader = new Thread(connection::readAnswers, "answers-" + credentials.username());
        reader.setDaemon(true);
        reader.start();
        try {
            connection.resume(socket.sessionPresent(), again);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private void resume(boolean sessionPresent, Consumer<Boolean> again) throws IOException {
        for (Map.Entry<Integer, NumberedReading> message : session.unanswered().entrySet()) {
            window.acquireUninterruptibly();
            write(message.getKey(), message.getValue(), sessionPresent);
            again.accept(sessionPresent);
        }
        socket.flush();
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
        byte[] payload = Long.toString(reading.number()).getBytes(StandardCharsets.UTF_8);
        MqttProperties properties = new MqttProperties();
        reading.time().ifPresent(time -> properties.add(new MqttProperties.UserProperty(Topics.TIME, time)));
        socket.publish(reading.topic(), packetId, again, properties, payload);
        lastSent = System.nanoTime();
    }

    /** Lets what was published go, and the broker know that the board lives. */
    void flush() throws IOException {
        if (System.nanoTime() - lastSent > PING_AFTER_NANOS) {
            socket.ping();
            lastSent = System.nanoTime();
        }
        socket.flush();
    }

    private void readAnswers() {
        try {
            while (!lost) {
                MqttSocket.Answer answer = socket.answer();
                NumberedReading reading = session.answered(answer.packetId());
                window.release();
                answers.accept(reading, answer.code());
            }
        } catch (IOException e) {
            // The connection has ended: the session goes on with the next.
        } finally {
            close();
        }
    }

    boolean isLost() {
        return lost;
    }

    /** Leaves politely; the broker keeps the session. */
    @Override
    public void close() {
        lost = true;
        socket.close();
    }
}
