package org.plantbuddy.simulator;

import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/** Of what a client can tell, a board that only publishes wants one thing: that the connection has ended. */
record ConnectionEvents(Consumer<String> lost) implements MqttCallback {

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        @Nullable String reason = response.getReasonString();
        @Nullable MqttException exception = response.getException();
        lost.accept(reason != null && !reason.isEmpty() ? reason : String.valueOf(exception));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // Followed by disconnected() where it matters.
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        // A board subscribes to nothing.
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // Each publish has a listener of its own.
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // connect() is waited for.
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // No enhanced authentication.
    }
}
