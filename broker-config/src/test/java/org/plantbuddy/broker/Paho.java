package org.plantbuddy.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** An MQTT 5 client for tests, from a library that knows nothing of this project. */
final class Paho implements AutoCloseable {

    static {
        // The library's own threads throw when a client is closed under them, which is nobody's failure.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    /** What came. */
    record Received(String topic, String payload, boolean retained, List<UserProperty> properties) {

        Optional<String> property(String key) {
            return properties.stream()
                    .filter(property -> property.getKey().equals(key))
                    .map(UserProperty::getValue)
                    .findFirst();
        }
    }

    private final String uri;
    private final MqttConnectionOptions options = new MqttConnectionOptions();
    private String clientId = "test";
    private Optional<MqttAsyncClient> client = Optional.empty();
    private boolean acknowledges = true;
    private List<UserProperty> suback = List.of();
    private final List<Integer> packetIds = new CopyOnWriteArrayList<>();
    final List<Received> received = new CopyOnWriteArrayList<>();
    final List<Integer> disconnects = new CopyOnWriteArrayList<>();

    private Paho(String uri) {
        this.uri = uri;
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(20);
    }

    static Paho to(String uri) {
        return new Paho(uri);
    }

    Paho as(String username, String password) {
        options.setUserName(username);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Paho over(SSLContext tls) {
        options.setSocketFactory(tls.getSocketFactory());
        return this;
    }

    Paho clientId(String id) {
        clientId = id;
        return this;
    }

    /** Keeps the session, and takes up one that exists. */
    Paho session(long expirySeconds) {
        options.setCleanStart(false);
        options.setSessionExpiryInterval(expirySeconds);
        return this;
    }

    Paho cleanStart() {
        options.setCleanStart(true);
        return this;
    }

    /** Takes as many messages as the broker sends to one that acknowledges none. */
    Paho withoutAcknowledging() {
        acknowledges = false;
        return this;
    }

    /** The first that came, of QoS 1, of those that were taken {@link #withoutAcknowledging}. */
    void acknowledge(int count) throws MqttException {
        for (int packetId : packetIds.subList(0, count)) {
            client().messageArrivedComplete(packetId, 1);
        }
    }

    Paho keepAlive(int seconds) {
        options.setKeepAliveInterval(seconds);
        return this;
    }

    Paho will(String topic, String payload, boolean retained) {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
        message.setRetained(retained);
        message.setQos(1);
        options.setWill(topic, message);
        return this;
    }

    Paho willProperties(UserProperty... properties) {
        MqttProperties more = new MqttProperties();
        more.setUserProperties(List.of(properties));
        options.setWillMessageProperties(more);
        return this;
    }

    Paho connect() throws MqttException {
        MqttAsyncClient connecting = new MqttAsyncClient(uri, clientId, new MemoryPersistence());
        connecting.setManualAcks(!acknowledges);
        connecting.setCallback(new Callback());
        client = Optional.of(connecting);
        connecting.connect(options).waitForCompletion(20_000);
        return this;
    }

    /** The reason code of the refusal, or 0 where the client is let in. */
    int connectCode() {
        try {
            connect();
            return 0;
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    /** The reason code of the acknowledgement. */
    int publish(String topic, String payload, UserProperty... properties) throws MqttException {
        return publish(topic, payload, false, properties);
    }

    int publish(String topic, String payload, boolean retained, UserProperty... properties) throws MqttException {
        MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
        message.setQos(1);
        message.setRetained(retained);
        MqttProperties more = new MqttProperties();
        more.setUserProperties(List.of(properties));
        message.setProperties(more);
        return publish(topic, message);
    }

    int publish(String topic, MqttMessage message) throws MqttException {
        IMqttToken token = client().publish(topic, message);
        try {
            token.waitForCompletion(20_000);
        } catch (MqttException e) {
            return e.getReasonCode();
        }
        return token.getReasonCodes()[0];
    }

    /** Publishes many without waiting in between: the reason codes of their acknowledgements, by number from 0. */
    Map<Integer, Integer> publishAtOnce(String topic, String prefix, int count) {
        try {
            List<IMqttToken> tokens = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                tokens.add(client().publish(
                                topic, new MqttMessage((prefix + i).getBytes(StandardCharsets.UTF_8), 1, false, null)));
            }
            Map<Integer, Integer> codes = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                codes.put(i, code(tokens.get(i)));
            }
            return codes;
        } catch (MqttException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int code(IMqttToken token) {
        try {
            token.waitForCompletion(60_000);
            return token.getReasonCodes()[0];
        } catch (MqttException e) {
            return e.getReasonCode();
        }
    }

    /** The reason code of the subscription: 0 to 2 where it is granted. */
    int subscribe(String filter) throws MqttException {
        IMqttToken token = client().subscribe(filter, 1);
        try {
            token.waitForCompletion(20_000);
        } catch (MqttException e) {
            return e.getReasonCode();
        }
        suback = token.getResponseProperties().getUserProperties();
        return token.getReasonCodes()[0];
    }

    /** Values of a user property of the last SUBACK. */
    List<String> toldOnSubscribe(String key) {
        return suback.stream()
                .filter(property -> property.getKey().equals(key))
                .map(UserProperty::getValue)
                .toList();
    }

    boolean isConnected() {
        return client.map(MqttAsyncClient::isConnected).orElse(false);
    }

    private MqttAsyncClient client() {
        return client.orElseThrow();
    }

    List<String> payloads() {
        return received.stream().map(Received::payload).toList();
    }

    @Override
    public void close() throws MqttException {
        if (client.isPresent()) {
            try {
                if (isConnected()) {
                    client().disconnect().waitForCompletion(10_000);
                }
            } finally {
                client().close(true);
            }
        }
    }

    private final class Callback implements MqttCallback {

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            disconnects.add(response.getReturnCode());
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            List<UserProperty> properties = message.getProperties() == null
                    ? List.of()
                    : List.copyOf(message.getProperties().getUserProperties());
            packetIds.add(message.getId());
            received.add(new Received(
                    topic, new String(message.getPayload(), StandardCharsets.UTF_8), message.isRetained(), properties));
        }

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
