package org.plantbuddy.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, with a client of its own: packet ids are used anew on the next, so nothing of one
 * connection may reach another. Once ended it stays so: {@link MqttConnection} makes another. Thread-safe.
 */
public final class MqttSession implements Publisher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSession.class);

    private static final int TIMEOUT_S = 10;
    private static final long PARTING_MS = 2_000;
    private static final int KEEP_ALIVE_S = 20;
    private static final int RECEIVE_MAXIMUM = 5_000;
    private static final int PUBLISH_AT_ONCE = 64;
    private static final int FIRST_FAILURE_CODE = 0x80;
    private static final int NOT_WHAT_IS_RETAINED = 2;
    private static final Outcome ACKNOWLEDGED = new Outcome.Acknowledged();

    private final MqttOptions options;
    private final MqttListener listener;
    private final Secret password;
    private final MqttAsyncClient client;
    private final ClientThreads threads = new ClientThreads(this::clientFailed);
    private final GatheringSockets sockets = new GatheringSockets();
    private final InFlight inFlight = new InFlight(new Acknowledgements());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String endReason = "";
    private volatile boolean endedAsAsked;
    private volatile boolean failed;
    private volatile long delivered;
    private volatile boolean resumed;
    private volatile List<UserProperty> suback = List.of();
    private volatile @Nullable Publications publications;

    private MqttSession(MqttOptions options, MqttListener listener) throws MqttException {
        this.options = options;
        this.listener = listener;
        this.password = options.password().get();
        client = new MqttAsyncClient(options.url(), options.clientId(), new MemoryPersistence(), null, threads);
        client.setManualAcks(true);
        client.setCallback(new Callback());
    }

    /**
     * Connects and subscribes. Messages may be delivered before this returns.
     *
     * @param listener is told of deliveries, and when the client fails
     * @throws IOException when the broker cannot be reached or refuses; nothing is left open then
     */
    public static MqttSession open(MqttOptions options, MqttListener listener) throws IOException {
        try {
            MqttSession session = new MqttSession(options, listener);
            try {
                session.connect();
                return session;
            } catch (MqttException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (MqttException | RuntimeException e) {
            throw new IOException(
                    "cannot connect to " + options.url() + ": " + e.getMessage()
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        }
    }

    private void connect() throws MqttException {
        IMqttToken connected = client.connect(connectionOptions());
        connected.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
        resumed = connected.getSessionPresent();
        publications = new Publications(Math.min(PUBLISH_AT_ONCE, receiveMaximum(connected)));
        if (options.subscription().isPresent()) {
            IMqttToken subscribed = askToSubscribe(options.subscription().get());
            subscribed.waitForCompletion(TimeUnit.SECONDS.toMillis(TIMEOUT_S));
            failure(subscribed).ifPresent(code -> {
                throw new IllegalStateException("the broker refused the subscription "
                        + options.subscription().get() + " with reason code 0x" + Integer.toHexString(code));
            });
            MqttProperties properties = subscribed.getResponseProperties();
            suback = properties == null ? List.of() : properties.getUserProperties();
        }
    }

    private MqttConnectionOptions connectionOptions() {
        MqttConnectionOptions connection = new MqttConnectionOptions();
        connection.setCleanStart(options.keptFor().isZero());
        connection.setSessionExpiryInterval(options.keptFor().toSeconds());
        connection.setReceiveMaximum(RECEIVE_MAXIMUM);
        connection.setTopicAliasMaximum(0);
        connection.setAutomaticReconnect(false);
        connection.setKeepAliveInterval(KEEP_ALIVE_S);
        connection.setConnectionTimeout(TIMEOUT_S);
        connection.setUserName(options.username());
        connection.setPassword(password.text().getBytes(StandardCharsets.UTF_8));
        options.will()
                .ifPresent(will -> connection.setWill(
                        will.topic(), new MqttMessage(will.payload().getBytes(StandardCharsets.UTF_8), 1, true, null)));
        if (options.url().startsWith("tcp:")) {
            connection.setSocketFactory(sockets);
        }
        return connection;
    }

    private static int receiveMaximum(IMqttToken connected) {
        MqttProperties properties = connected.getResponseProperties();
        Integer most = properties == null ? null : properties.getReceiveMaximum();
        return most == null ? PUBLISH_AT_ONCE : Math.max(1, most);
    }

    private IMqttToken askToSubscribe(String filter) throws MqttException {
        return client.subscribe(new String[] {filter}, new int[] {1});
    }

    /** Has the broker look whether its queue has something for this connection: it does so when it is subscribed to again. */
    void askForMessages() {
        try {
            if (options.subscription().isPresent()) {
                var unused = askToSubscribe(options.subscription().get());
            }
        } catch (MqttException e) {
            LOG.debug("event=ask_not_sent reason=\"{}\"", e.toString());
        }
    }

    /** The values of this user property of the broker's SUBACK. */
    public Stream<String> toldOnSubscribe(String property) {
        return suback.stream().filter(told -> told.getKey().equals(property)).map(UserProperty::getValue);
    }

    /** Whether it signed in with a password that was replaced since. */
    boolean isOutOfDate() {
        return !options.password().get().equals(password);
    }

    /** Whether the broker had kept this client's session. */
    boolean resumed() {
        return resumed;
    }

    /** How many messages were delivered. */
    long delivered() {
        return delivered;
    }

    private static Optional<Integer> failure(@Nullable IMqttToken token) {
        int[] codes = token == null ? null : token.getReasonCodes();
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
    public CompletableFuture<Outcome> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        Publications current = publications;
        if (current == null) {
            return CompletableFuture.completedFuture(new Outcome.Unknown("not connected yet"));
        }
        MqttMessage message = new MqttMessage(payload, 1, retained, new MqttProperties());
        message.getProperties()
                .setUserProperties(userProperties.entrySet().stream()
                        .map(property -> new UserProperty(property.getKey(), property.getValue()))
                        .toList());
        return current.add(outcome -> send(outcome, () -> client.publish(topic, message, null, new Answer(outcome))));
    }

    /**
     * Subscribes to more, with QoS 0, so that nothing waits in the broker for a client that is slow. What is retained is not
     * asked for. Does not wait; lasts as long as the connection.
     *
     * @return completes with what becomes of it, never exceptionally
     */
    public CompletableFuture<Outcome> subscribe(String filter) {
        MqttSubscription subscription = new MqttSubscription(filter, 0);
        subscription.setRetainHandling(NOT_WHAT_IS_RETAINED);
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        send(
                outcome,
                () -> client.subscribe(
                        new MqttSubscription[] {subscription}, null, new Answer(outcome), new MqttProperties()));
        return outcome;
    }

    /** Ends such a subscription. Does not wait; completes as {@link #subscribe} does. */
    public CompletableFuture<Outcome> unsubscribe(String filter) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        send(outcome, () -> client.unsubscribe(new String[] {filter}, null, new Answer(outcome), new MqttProperties()));
        return outcome;
    }

    private interface Request {
        IMqttToken send() throws MqttException;
    }

    private static void send(CompletableFuture<Outcome> outcome, Request request) {
        try {
            var unused = request.send();
        } catch (MqttException | RuntimeException e) { // the latter from Paho, when its client has just been closed
            outcome.complete(new Outcome.Unknown(e.toString()));
        }
    }

    /** Whether the connection is over. */
    public boolean hasEnded() {
        return inFlight.hasEnded();
    }

    /** Waits for the connection's end; returns whether it came. */
    boolean endsWithin(long milliseconds) throws InterruptedException {
        return ended.await(milliseconds, TimeUnit.MILLISECONDS);
    }

    /** Why it has ended. */
    public String endReason() {
        return endReason;
    }

    /** The same as {@link #end}, and nobody need be told. */
    void endAsAsked(String reason) {
        if (!hasEnded()) {
            endedAsAsked = true;
        }
        end(reason);
    }

    boolean endedAsAsked() {
        return endedAsAsked;
    }

    /** Ends the wait for the end; the connection is closed by {@link #close}. */
    void end(String reason) {
        if (!hasEnded()) {
            endReason = reason;
        }
        inFlight.end();
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
            listener.clientFailed();
            end("the MQTT client failed: " + failure);
        }
    }

    /** Ends the connection, within seconds; the broker keeps what is not acknowledged for as long as the session. */
    @Override
    public void close() {
        end("closed");
        if (closed.getAndSet(true)) {
            return; // the client does not stand being closed twice at once
        }
        sockets.settle();
        boolean left = client.isConnected()
                && !failed
                && succeeds(() -> client.disconnect().waitForCompletion(PARTING_MS));
        boolean over = left || succeeds(() -> client.disconnectForcibly(0, 0, false));
        boolean closedNow = succeeds(() -> client.close(true));
        LOG.debug("event=client_closed disconnected={} over={} closed={}", left, over, closedNow);
        threads.shutdownNow();
    }

    private interface Parting {
        void take() throws MqttException;
    }

    private static boolean succeeds(Parting parting) {
        try {
            parting.take();
            return true;
        } catch (MqttException e) {
            LOG.debug("event=parting_failed reason=\"{}\"", e.toString());
            return false;
        }
    }

    private final class Acknowledgements implements InFlight.Acknowledger {

        @Override
        public void gather(int acknowledgements) {
            sockets.gather(acknowledgements);
        }

        @Override
        public void acknowledge(int packetId, int qos) {
            try {
                client.messageArrivedComplete(packetId, qos);
            } catch (MqttException | RuntimeException e) { // the latter from Paho, when its client has just been closed
                sockets.settle();
                LOG.debug("event=acknowledgement_not_sent packet={} reason=\"{}\"", packetId, e.toString());
                // The message is no longer in flight: the connection must be over, so that the broker delivers it
                // again.
                if (e instanceof MqttException) {
                    end("an acknowledgement could not be sent: " + e);
                } else {
                    clientFailed(e);
                }
            }
        }
    }

    private record Answer(CompletableFuture<Outcome> outcome) implements MqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            outcome.complete(failure(token).<Outcome>map(Outcome.Refused::new).orElse(ACKNOWLEDGED));
        }

        @Override
        public void onFailure(@Nullable IMqttToken token, @Nullable Throwable failure) {
            outcome.complete(failure(token)
                    .<Outcome>map(Outcome.Refused::new)
                    .orElseGet(() -> new Outcome.Unknown(String.valueOf(failure))));
        }
    }

    private static final class Received extends Delivery {

        private final MqttMessage message;

        Received(InFlight inFlight, String topic, MqttMessage message) {
            super(inFlight, topic, message.getPayload(), message.getId(), message.getQos());
            this.message = message;
        }

        @Override
        public Optional<String> property(String name) {
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
    }

    /** Runs on the client's one callback thread: must return quickly. */
    private final class Callback implements MqttCallback {

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public void messageArrived(String topic, MqttMessage message) {
            delivered++;
            try {
                listener.delivered(inFlight.add(new Received(inFlight, topic, message)));
            } catch (RuntimeException e) {
                clientFailed(e); // Paho would swallow it, and the broker wait for the acknowledgement
            }
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
