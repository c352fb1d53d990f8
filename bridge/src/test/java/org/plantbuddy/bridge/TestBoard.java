package org.plantbuddy.bridge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.plantbuddy.topic.Topics;

/** A board, or a user, with a plain MQTT client. */
final class TestBoard implements AutoCloseable {

    static {
        // The library's own threads throw when a client is closed under them, which is nobody's failure.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    /** What came. */
    record Received(String topic, String payload) {}

    private final MqttAsyncClient client;
    final List<Received> received = new CopyOnWriteArrayList<>();

    boolean isConnected() {
        return client.isConnected();
    }

    TestBoard(String uri, String username, String password) throws MqttException {
        this(uri, "board", username, password, new MqttConnectionOptions());
    }

    private TestBoard(String uri, String clientId, String username, String password, MqttConnectionOptions options)
            throws MqttException {
        client = new MqttAsyncClient(uri, clientId, new MemoryPersistence());
        client.setManualAcks(!options.isCleanStart());
        client.setCallback(new Callback());
        options.setUserName(username);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(10_000);
    }

    /** One whose will, retained, is published when it breaks off. */
    static TestBoard withWill(String uri, String username, String password, String topic, String will)
            throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setWill(topic, new MqttMessage(will.getBytes(StandardCharsets.UTF_8), 1, true, null));
        return new TestBoard(uri, "board", username, password, options);
    }

    /** One that takes the session that the broker keeps under a client id, and acknowledges nothing. */
    static TestBoard inSession(String uri, String clientId, String username, String password) throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3_600L);
        return new TestBoard(uri, clientId, username, password, options);
    }

    /** Returns once the broker has acknowledged. */
    void publish(String topic, String payload) throws MqttException {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    void publish(String topic, byte[] payload) throws MqttException {
        publish(topic, new MqttMessage(payload, 1, false, null));
    }

    /** With user property {@code time}. */
    void publish(String topic, String payload, String time) throws MqttException {
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(List.of(new UserProperty(Topics.TIME, time)));
        publish(topic, new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), 1, false, properties));
    }

    private void publish(String topic, MqttMessage message) throws MqttException {
        IMqttToken token = client.publish(topic, message);
        token.waitForCompletion(10_000);
        int[] codes = token.getReasonCodes();
        if (codes != null && codes.length > 0 && codes[0] >= 0x80) {
            throw new MqttException(codes[0]);
        }
    }

    void subscribe(String filter) throws MqttException {
        client.subscribe(new String[] {filter}, new int[] {1}).waitForCompletion(10_000);
    }

    /** Breaks off, as a board does that loses its power. */
    @Override
    public void close() throws MqttException {
        client.disconnectForcibly(0, 1_000, false);
        client.close(true);
    }

    private final class Callback implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(new Received(topic, new String(message.getPayload(), StandardCharsets.UTF_8)));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException e) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String uri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}
