package org.plantbuddy.bridge.ingest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, with a client of its own: packet ids are used anew on the next, so nothing of one
 * connection may reach another. Thread-safe.
 */
final class BrokerSession implements Delivery.Origin, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);

    private static final int TIMEOUT_S = 10;
    private static final int KEEP_ALIVE_S = 20;
    private static final long SESSION_KEPT_S = 7 * 24 * 3_600;
    private static final int RECEIVE_MAXIMUM = 5_000;
    private static final int PUBLISH_AT_ONCE = 64;
    private static final int FIRST_FAILURE_CODE = 0x80;

    private final MqttAsyncClient client;
    private final ClientThreads threads;
    private final GatheringSockets sockets = new GatheringSockets();
    private final Consumer<Delivery> deliveries;
    private final Runnable onClientFailure;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String endReason = "";
    private volatile List<String> notGuaranteed = List.of();
    private volatile boolean failed;
    private volatile long delivered;
    private volatile @Nullable Publications publications;

    private BrokerSession(BrokerAddress address, Consumer<Delivery> deliveries, Runnable onClientFailure)
            throws MqttException {
        this.deliveries = deliveries;
        this.onClientFailure = onClientFailure;
        threads = new ClientThreads(this::clientFailed);
        client = new MqttAsyncClient(address.url(), address.clientId(), new MemoryPersistence(), null, threads);
    }

    /**
     * Connects and subscribes. Messages may be delivered before this returns.
     *
     * @param onClientFailure called when the connection ends because the client itself failed; must not block
     * @throws MqttException when the broker cannot be reached or refuses; nothing is left open then
     */
    static BrokerSession open(BrokerAddress address, Consumer<Delivery> deliveries, Runnable onClientFailure)
            throws MqttException {
        BrokerSession session = new BrokerSession(address, deliveries, onClientFailure);
        MqttAsyncClient client = session.client;
        client.setManualAcks(true);
        client.setCallback(session.new Callback());
        try {
            IMqttToken connected = client.connect(session.options(address));
            connected.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            session.publications = new Publications(Math.min(PUBLISH_AT_ONCE, receiveMaximum(connected)));
            session.notGuaranteed = subscribe(client);
            LOG.info(
                    "event=broker_connected url={} client={} session_present={}",
                    address.url(),
                    address.clientId(),
                    connected.getSessionPresent());
            return session;
        } catch (MqttException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private MqttConnectionOptions options(BrokerAddress address) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_KEPT_S);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        options.setTopicAliasMaximum(0);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(KEEP_ALIVE_S);
        options.setConnectionTimeout(TIMEOUT_S);
        options.setUserName(address.username());
        options.setPassword(address.password().text().getBytes(StandardCharsets.UTF_8));
        if (address.url().startsWith("tcp:")) {
            options.setSocketFactory(sockets);
        }
        return options;
    }

    private static int receiveMaximum(IMqttToken connected) {
        MqttProperties properties = connected.getResponseProperties();
        Integer most = properties == null ? null : properties.getReceiveMaximum();
        return most == null ? PUBLISH_AT_ONCE : Math.max(1, most);
    }

    /** Returns what the broker cannot guarantee. */
    private static List<String> subscribe(MqttAsyncClient client) throws MqttException {
        IMqttToken subscribed = askToSubscribe(client);
        subscribed.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        failure(subscribed).ifPresent(code -> {
            throw new IllegalStateException("the broker refused the subscription " + Topics.BRIDGE_SUBSCRIPTION
                    + " with reason code 0x" + Integer.toHexString(code));
        });
        MqttProperties properties = subscribed.getResponseProperties();
        return properties == null
                ? List.of()
                : properties.getUserProperties().stream()
                        .filter(property -> property.getKey().equals(Topics.NOT_GUARANTEED))
                        .map(UserProperty::getValue)
                        .toList();
    }

    /** What the broker said it cannot guarantee, for example {@code queue-bound}. */
    List<String> notGuaranteed() {
        return notGuaranteed;
    }

    private static IMqttToken askToSubscribe(MqttAsyncClient client) throws MqttException {
        return client.subscribe(new String[] {Topics.BRIDGE_SUBSCRIPTION}, new int[] {1});
    }

    /** Has the broker look whether its queue has something for this connection: it does so when it is subscribed to again. */
    void askForMessages() {
        try {
            var unused = askToSubscribe(client);
        } catch (MqttException e) {
            LOG.debug("event=ask_not_sent reason=\"{}\"", e.toString());
        }
    }

    /** How many messages were delivered. */
    long delivered() {
        return delivered;
    }

    private static Optional<Integer> failure(IMqttToken token) {
        int[] codes = token.getReasonCodes();
        if (codes != null) {
            for (int code : codes) {
                if (code >= FIRST_FAILURE_CODE) {
                    return Optional.of(code);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void announce(int acknowledgements) {
        sockets.gather(acknowledgements);
    }

    @Override
    public void acknowledge(int packetId, int qos) {
        try {
            client.messageArrivedComplete(packetId, qos);
        } catch (MqttException | RuntimeException e) { // the latter from Paho, when its client has just been closed
            sockets.settle();
            LOG.debug("event=acknowledgement_not_sent packet={} reason=\"{}\"", packetId, e.toString());
            // The bridge has forgotten the message: the connection must be over, so that the broker delivers it again.
            if (e instanceof MqttException) {
                end("an acknowledgement could not be sent: " + e);
            } else {
                clientFailed(e);
            }
        }
    }

    CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained, Map<String, String> properties) {
        Publications current = publications;
        if (current == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("not connected yet"));
        }
        MqttMessage message = new MqttMessage(payload, 1, retained, new MqttProperties());
        message.getProperties()
                .setUserProperties(properties.entrySet().stream()
                        .map(property -> new UserProperty(property.getKey(), property.getValue()))
                        .toList());
        return current.add(outcome -> {
            try {
                client.publish(topic, message, null, new Outcome(topic, outcome));
            } catch (MqttException | RuntimeException e) { // the latter as above
                outcome.completeExceptionally(e);
            }
        });
    }

    @Override
    public boolean hasEnded() {
        return ended.getCount() == 0;
    }

    /** Waits for the connection's end; returns whether it came. */
    boolean endsWithin(long milliseconds) throws InterruptedException {
        return ended.await(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Why it has ended. */
    String endReason() {
        return endReason;
    }

    /** Ends the wait for the end; the connection is closed by {@link #close}. */
    void end(String reason) {
        if (!hasEnded()) {
            endReason = reason;
        }
        ended.countDown();
        Publications current = publications;
        if (current != null) {
            current.end();
        }
    }

    /** A thread of the client died, or a delivery failed: the connection would only look as if it were there. */
    private void clientFailed(Throwable failure) {
        if (!hasEnded()) {
            failed = true;
            onClientFailure.run();
            end("the MQTT client failed: " + failure);
        }
    }

    /** Ends the connection; the broker keeps the session and what is not acknowledged. */
    @Override
    public void close() {
        end("closed");
        if (closed.getAndSet(true)) {
            return; // the client does not stand being closed twice at once
        }
        sockets.settle();
        try {
            if (client.isConnected() && !failed) {
                client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(2));
            } else {
                client.disconnectForcibly(0, 0, false);
            }
        } catch (MqttException e) {
            LOG.debug("event=disconnect_failed reason=\"{}\"", e.toString());
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            LOG.debug("event=client_close_failed reason=\"{}\"", e.toString());
        }
        threads.shutdownNow();
    }

    private record Outcome(String topic, CompletableFuture<Void> outcome) implements MqttActionListener {

        @Override
        @SuppressWarnings("NullAway") // a future of nothing completes with null
        public void onSuccess(IMqttToken token) {
            failure(token)
                    .ifPresentOrElse(
                            code -> outcome.completeExceptionally(
                                    new IllegalStateException("the broker refused to publish on " + topic
                                            + " with reason code 0x" + Integer.toHexString(code))),
                            () -> outcome.complete(null));
        }

        @Override
        public void onFailure(IMqttToken token, Throwable failure) {
            outcome.completeExceptionally(failure);
        }
    }

    /** Runs on the client's one callback thread: must return quickly. */
    private final class Callback implements MqttCallback {

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public void messageArrived(String topic, MqttMessage message) {
            delivered++;
            try {
                deliveries.accept(new Delivery(
                        new Message(
                                topic,
                                message.getPayload(),
                                property(message, Topics.RECEIVED_AT).flatMap(ReadingTime::ofStamp),
                                Topics.isStatus(topic)
                                        ? property(message, Topics.CONNECTED_AT).flatMap(ReadingTime::ofStamp)
                                        : Optional.empty(),
                                property(message, Topics.TIME)),
                        message.getId(),
                        message.getQos(),
                        BrokerSession.this));
            } catch (RuntimeException e) {
                clientFailed(e); // Paho would swallow it, and the broker wait for the acknowledgement
            }
        }

        private static Optional<String> property(MqttMessage message, String name) {
            MqttProperties properties = message.getProperties();
            if (properties == null) {
                return Optional.empty();
            }
            for (UserProperty property : properties.getUserProperties()) {
                if (name.equals(property.getKey())) {
                    return Optional.of(property.getValue());
                }
            }
            return Optional.empty();
        }

        @Override
        public void disconnected(@Nullable MqttDisconnectResponse response) {
            end(response == null ? "unknown" : reason(response));
        }

        private static String reason(MqttDisconnectResponse response) {
            MqttException e = response.getException();
            return e == null
                    ? "reason code " + response.getReturnCode()
                    : e + (e.getCause() == null ? "" : ": " + e.getCause());
        }

        @Override
        public void mqttErrorOccurred(MqttException e) {
            LOG.warn("event=mqtt_error reason=\"{}\"", e.toString());
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // told by each publication's own listener
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // open() waits for the connection itself
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // no enhanced authentication
        }
    }
}
