package org.plantbuddy.web;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.NoDelaySockets;
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes readings as principal {@code $web}, over one connection that is kept up, so that it is known whether boards can
 * deliver at all. Thread-safe.
 */
final class ReadingPublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReadingPublisher.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);

    /** Each holds a thread of the page's, of which one address has 64; a broker that is well acknowledges in milliseconds. */
    private static final int WAITING_AT_ONCE = 32;

    /** For one of those places: long for a broker that is well, short for the others' threads when it hangs. */
    private static final Duration PLACE_WITHIN = Duration.ofMillis(500);

    private static final Duration LOOKED_AT_EVERY = Duration.ofSeconds(5);
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int FIRST_ERROR = 0x80;
    private static final int USUAL_RECEIVE_MAXIMUM = 65_535;

    private final String url;
    private final Secret token;
    private final String clientId = "web-" + Signer.random().substring(0, 12);
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicReference<@Nullable Connection> connection = new AtomicReference<>();
    private final Semaphore waiting = new Semaphore(WAITING_AT_ONCE);
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final Clock clock;
    private final ScheduledExecutorService watch = Vital.timer("broker-watch", 1);
    private volatile boolean closed;

    ReadingPublisher(String url, Secret token, Clock clock) {
        this.url = url;
        this.token = token;
        this.clock = clock;
        long every = LOOKED_AT_EVERY.toSeconds();
        var unused =
                watch.scheduleWithFixedDelay(Vital.again("broker-watch", this::look), every, every, TimeUnit.SECONDS);
    }

    /** When the broker was first found away; empty while it is connected, or was not looked for yet. */
    Optional<Instant> awaySince() {
        return Optional.ofNullable(awaySince.get());
    }

    private void look() {
        try {
            connected();
        } catch (Problem e) {
            // The reason is logged where it came up.
        }
    }

    /**
     * Publishes all at QoS 1 and returns once each is acknowledged, within {@link #PATIENCE} for all of them.
     *
     * @throws Problem 503 when not all were; some may have been
     */
    void publish(List<Message> messages) throws InterruptedException {
        Connection open = connected();
        if (!waiting.tryAcquire(PLACE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw notNow("too many wait for the broker");
        }
        try {
            publish(open, messages);
        } finally {
            waiting.release();
        }
    }

    private void publish(Connection open, List<Message> messages) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (Message message : messages) {
                answers.add(open.send(message, deadline));
            }
            for (CompletableFuture<Integer> answer : answers) {
                int reason = answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (reason >= FIRST_ERROR) {
                    throw notNow("the broker does not take the readings now, reason code " + reason);
                }
            }
        } catch (TimeoutException e) {
            log.warn("readings not published url={} reason=\"not acknowledged in {} s\"", url, PATIENCE.toSeconds());
            drop(open); // the next who come find out whether it hangs, one of them
            throw notNow("the broker did not acknowledge all of the readings");
        } catch (ExecutionException e) {
            log.warn("readings not published url={} reason={}", url, e.toString());
            throw notNow("the broker did not acknowledge all of the readings");
        }
    }

    private static Problem notNow(String error) {
        return new Problem(503, error, "send the same again in a few seconds, with the same Idempotency-Key");
    }

    /** One connects, which takes as long as the broker lets it; no other waits for that. */
    private Connection connected() {
        Connection open = connection.get();
        if (open != null && open.client.isConnected()) {
            return open;
        }
        Instant asked = clock.instant();
        if (!connecting.tryLock()) {
            throw notNow("the broker is not connected yet");
        }
        try {
            Connection meanwhile = connection.get();
            if (meanwhile != null && meanwhile.client.isConnected()) {
                return meanwhile;
            }
            if (closed) {
                throw notNow("the page stops");
            }
            Connection opened = Connection.open(url, clientId, token);
            if (awaySince.getAndSet(null) != null) {
                log.info("broker reached again url={}", url);
            }
            replace(opened);
            if (closed) {
                replace(null);
            }
            return opened;
        } catch (MqttException e) {
            if (awaySince.compareAndSet(null, asked)) {
                log.warn("broker not reached url={} reason=\"{}\"", url, e.toString());
            }
            throw notNow("the broker cannot be reached");
        } finally {
            connecting.unlock();
        }
    }

    private void drop(Connection hanging) {
        if (connection.compareAndSet(hanging, null)) {
            hanging.release();
        }
    }

    private void replace(@Nullable Connection by) {
        Connection before = connection.getAndSet(by);
        if (before != null) {
            before.release();
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.shutdownNow();
        replace(null);
    }

    /** @param time epoch ns of the reading; empty: the broker's stamp is its time */
    record Message(String topic, String payload, Optional<String> time) {}

    private static final class Connection {

        private final MqttAsyncClient client;
        /** What the broker takes at once: more would end the connection. */
        private final Semaphore window;

        private Connection(MqttAsyncClient client, int receiveMaximum) {
            this.client = client;
            this.window = new Semaphore(receiveMaximum, true);
        }

        static Connection open(String url, String clientId, Secret token) throws MqttException {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setUserName("$web");
            options.setPassword(token.text().getBytes(StandardCharsets.UTF_8));
            options.setCleanStart(true);
            options.setAutomaticReconnect(false);
            options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
            options.setConnectionTimeout((int) CONNECTED_WITHIN.toSeconds());
            if (url.startsWith("tcp:")) {
                options.setSocketFactory(new NoDelaySockets());
            }
            MqttAsyncClient client = new MqttAsyncClient(url, clientId, new MemoryPersistence());
            try {
                IMqttToken connected = client.connect(options);
                connected.waitForCompletion(CONNECTED_WITHIN.toMillis());
                @Nullable MqttProperties properties = connected.getResponseProperties();
                @Nullable Integer maximum = properties == null ? null : properties.getReceiveMaximum();
                return new Connection(client, maximum == null ? USUAL_RECEIVE_MAXIMUM : maximum);
            } catch (MqttException e) {
                release(client);
                throw e;
            }
        }

        CompletableFuture<Integer> send(Message message, long deadline) throws InterruptedException, TimeoutException {
            if (!window.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException("the broker acknowledges nothing");
            }
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            MqttMessage mqtt = new MqttMessage(message.payload().getBytes(StandardCharsets.UTF_8), 1, false, null);
            message.time().ifPresent(time -> {
                MqttProperties properties = new MqttProperties();
                properties.setUserProperties(List.of(new UserProperty(Topics.TIME, time)));
                mqtt.setProperties(properties);
            });
            try {
                client.publish(message.topic(), mqtt, null, new Answer(answer, window));
            } catch (MqttException e) {
                window.release();
                answer.completeExceptionally(e);
            }
            return answer;
        }

        void release() {
            release(client);
        }

        private static void release(MqttAsyncClient client) {
            try {
                client.disconnectForcibly(0, 1, false); // a packet more could wait for a broker that hangs
            } catch (MqttException e) {
                // It was not connected.
            }
            try {
                client.close(true);
            } catch (MqttException e) {
                // Nothing is left that could be released.
            }
        }
    }

    /** Completes with the broker's reason code, also for a refusal. */
    private record Answer(CompletableFuture<Integer> future, Semaphore window) implements MqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            window.release();
            int @Nullable [] codes = token.getReasonCodes();
            future.complete(codes == null || codes.length == 0 ? 0 : codes[0]);
        }

        @Override
        public void onFailure(IMqttToken token, @Nullable Throwable cause) {
            window.release();
            int @Nullable [] codes = token.getReasonCodes();
            if (codes != null && codes.length > 0 && codes[0] >= FIRST_ERROR) {
                future.complete(codes[0]);
            } else {
                future.completeExceptionally(cause == null ? new IllegalStateException("connection lost") : cause);
            }
        }
    }
}
