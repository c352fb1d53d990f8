package org.plantbuddy.bench;

import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSocket;

/** Fills a broker's queue fast: QoS 1, one connection, many messages in flight. One thread publishes. */
final class Mqtt implements AutoCloseable {

    /** The broker's receive maximum; see its config.xml. */
    private static final int WINDOW = 1_000;

    private static final int FAILURE = 0x80;
    private static final Duration SESSION_KEPT = Duration.ofHours(1);
    private static final int PATIENCE_S = 60;

    private final MqttSocket socket;
    private final Semaphore window = new Semaphore(WINDOW);
    private volatile Optional<String> failure = Optional.empty();
    private int packetId;

    private Mqtt(MqttSocket socket) {
        this.socket = socket;
    }

    /** Connects; the session outlives the connection by an hour. */
    static Mqtt connect(int port, String clientId, String username, String password) throws IOException {
        MqttOptions client = new MqttOptions("tcp://127.0.0.1:" + port, clientId, username, new Secret(password))
                .keptFor(SESSION_KEPT);
        return new Mqtt(MqttSocket.connect(client));
    }

    /** To be called before the first {@link #publish}. */
    void subscribe(String filter) throws IOException {
        socket.subscribe(filter);
    }

    /** Starts to read acknowledgements. To be called once, before the first {@link #publish}. */
    Mqtt forPublishing() {
        Thread reader = new Thread(this::readAcknowledgements, "acknowledgements");
        reader.setDaemon(true);
        reader.start();
        return this;
    }

    /** Waits for room in the window; the message may stay in the buffer until {@link #awaitAcknowledged}. */
    void publish(String topic, String payload) throws IOException, InterruptedException {
        publish(topic, MqttProperties.NO_PROPERTIES, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The same with properties. */
    void publish(String topic, MqttProperties properties, byte[] payload) throws IOException, InterruptedException {
        if (!window.tryAcquire()) {
            socket.flush();
            if (!window.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IOException("the broker acknowledges nothing");
            }
        }
        requireAccepted();
        packetId = packetId % 0xffff + 1;
        socket.publish(topic, packetId, false, properties, payload);
    }

    /** Waits until everything is acknowledged. */
    void awaitAcknowledged() throws IOException, InterruptedException {
        socket.flush();
        if (!window.tryAcquire(WINDOW, PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IOException("the broker does not acknowledge everything");
        }
        window.release(WINDOW);
        requireAccepted();
    }

    void flush() throws IOException {
        socket.flush();
    }

    private void requireAccepted() throws IOException {
        if (failure.isPresent()) {
            throw new IOException(failure.get());
        }
    }

    private void readAcknowledgements() {
        try {
            while (true) {
                int code = socket.answer().code();
                if (code >= FAILURE) {
                    failure = Optional.of("the broker refuses a message: reason code " + code);
                }
                window.release();
            }
        } catch (IOException e) {
            failure = Optional.of("connection lost: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
