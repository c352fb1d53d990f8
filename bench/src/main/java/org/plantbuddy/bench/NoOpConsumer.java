package org.plantbuddy.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.mqtt.NoDelaySockets;
import org.plantbuddy.topic.Topics;

/**
 * The limit that the client sets: takes messages as the bridge does and acknowledges each at once, without looking at it.
 * Prints the topic of every mark when it comes.
 */
final class NoOpConsumer implements MqttCallback {

    private final MqttAsyncClient client;

    private NoOpConsumer(MqttAsyncClient client) {
        this.client = client;
    }

    /** With the number of connections. */
    public static void main(String[] arguments) throws MqttException, InterruptedException {
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            connect("no-op-" + i);
        }
        new CountDownLatch(1).await();
    }

    private static void connect(String clientId) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(System.getenv("MQTT_SERVER"), clientId, new MemoryPersistence());
        client.setManualAcks(true);
        client.setCallback(new NoOpConsumer(client));
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setReceiveMaximum(5_000);
        options.setAutomaticReconnect(false);
        options.setUserName(System.getenv("MQTT_USERNAME"));
        options.setPassword(System.getenv("MQTT_PASSWORD").getBytes(StandardCharsets.UTF_8));
        options.setSocketFactory(new NoDelaySockets());
        client.connect(options).waitForCompletion();
        client.subscribe(new String[] {Topics.BRIDGE_SUBSCRIPTION}, new int[] {1})
                .waitForCompletion();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws MqttException {
        client.messageArrivedComplete(message.getId(), message.getQos());
        if (topic.endsWith(Load.MARK)) {
            System.out.println(topic);
        }
    }

    @Override
    public void disconnected(@Nullable MqttDisconnectResponse response) {
        System.exit(1);
    }

    @Override
    public void mqttErrorOccurred(MqttException e) {
        System.err.println(e);
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // publishes nothing
    }

    @Override
    public void connectComplete(boolean reconnect, String uri) {
        // main waits for the connection itself
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no enhanced authentication
    }
}
