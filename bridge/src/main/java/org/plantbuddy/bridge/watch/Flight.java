package org.plantbuddy.bridge.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.NoDelaySockets;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;

/** One reading on the whole way to its alert, as a client of the broker. */
final class Flight implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long ANSWER_MS = 10_000;
    private static final int FIRST_FAILURE_CODE = 0x80;

    private final SeriesName series;
    private final Instant time;
    private final MqttAsyncClient client;
    private final CountDownLatch arrived = new CountDownLatch(1);

    private Flight(String url, SeriesName series, Instant time) throws MqttException {
        this.series = series;
        this.time = time;
        this.client = new MqttAsyncClient(url, "canary-" + series.device(), new MemoryPersistence());
        client.setCallback(new Callback());
    }

    /**
     * Publishes a reading.
     *
     * @throws MqttException when the broker does not take it
     * @throws IOException the same
     */
    static Flight start(String url, Secret token, SeriesName series, double reading, Instant time)
            throws MqttException, IOException {
        Flight flight = new Flight(url, series, time);
        try {
            flight.client.connect(options(url, token)).waitForCompletion(ANSWER_MS);
            accepted(flight.client.subscribe(Topics.alerts(Names.CANARY), 1), "the subscription to its alert");
            String payload =
                    "{\"reading\":" + reading + ",\"time\":" + time.toEpochMilli() + "000000}"; // ns: stored as sent
            accepted(
                    flight.client.publish(series.topic(), payload.getBytes(StandardCharsets.UTF_8), 1, false),
                    "the reading");
            return flight;
        } catch (MqttException | IOException e) {
            flight.close();
            throw e;
        }
    }

    private static MqttConnectionOptions options(String url, Secret token) {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setUserName(Services.CANARY);
        options.setPassword(token.text().getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout((int) TimeUnit.MILLISECONDS.toSeconds(ANSWER_MS));
        if (url.startsWith("tcp:")) {
            options.setSocketFactory(new NoDelaySockets());
        }
        return options;
    }

    private static void accepted(IMqttToken token, String what) throws MqttException, IOException {
        token.waitForCompletion(ANSWER_MS);
        int[] codes = token.getReasonCodes();
        if (codes != null && codes.length > 0 && codes[0] >= FIRST_FAILURE_CODE) {
            throw new IOException(
                    "the broker refused " + what + " with reason code 0x" + Integer.toHexString(codes[0]));
        }
    }

    /** Whether the alert came in time. */
    boolean arrives(Duration within) throws InterruptedException {
        return arrived.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        try {
            client.disconnectForcibly(0, 1_000, true);
        } catch (MqttException e) {
            // it was not connected
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            // nothing is left that could be released
        }
    }

    private boolean isMine(byte[] payload) {
        try {
            JsonNode alert = JSON.readTree(payload);
            return alert.path("device").asText().equals(series.device())
                    && Instant.parse(alert.path("time").asText()).equals(time);
        } catch (IOException | DateTimeException e) {
            return false;
        }
    }

    private final class Callback implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            if (isMine(message.getPayload())) {
                arrived.countDown();
            }
        }

        @Override
        public void disconnected(@Nullable MqttDisconnectResponse response) {
            // the alert does not come then, which is what is told
        }

        @Override
        public void mqttErrorOccurred(MqttException e) {
            // the same
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // waited for
        }

        @Override
        public void connectComplete(boolean reconnect, String uri) {
            // waited for
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // no enhanced authentication
        }
    }
}
