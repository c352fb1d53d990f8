package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.Topics;

/** What an older version let into the queue, or retained, with properties that the bridge's MQTT client dies of. */
class OldQueueIT {

    private static final String READING = "plantbuddy/rick/01/light";
    private static final String STATUS = "plantbuddy/rick/01/status";
    private static final int DEADLY = 32_768;

    @TempDir
    Path data;

    @Test
    void theQueueAndWhatIsRetainedHealAsTheyAreDelivered() throws Exception {
        try (EmbeddedBroker old = EmbeddedBroker.launch(Site.config(data), new AllowsEverything())) {
            String uri = "tcp://127.0.0.1:" + old.mqttPort();
            try (Paho bridge =
                    Paho.to(uri).clientId("$bridge|bridge-1").session(3_600).connect()) {
                assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            }
            try (Paho board = Paho.to(uri).clientId("rick/01|board").connect()) {
                assertThat(board.publish(READING, deadly("36", false))).isZero();
                assertThat(board.publish(STATUS, deadly("online", true))).isZero();
                assertThat(board.publish(READING, "37", new UserProperty(Topics.TIME, "1790000000")))
                        .isZero();
            }
        }
        try (TestBroker broker = new TestBroker(data);
                Paho bridge = broker.bridge().connect();
                Paho rick = Paho.to(broker.uri()).as("rick", Site.PASSWORD).connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            assertThat(rick.subscribe(Topics.allOf("rick"))).isEqualTo(1);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(bridge.payloads()).containsExactlyInAnyOrder("36", "online", "37");
                assertThat(rick.payloads()).containsExactly("online");
            });
            assertThat(bridge.received.get(0).properties())
                    .extracting(UserProperty::getKey)
                    .containsExactly(Topics.RECEIVED_AT);
            assertThat(bridge.received.get(2).property(Topics.TIME)).contains("1790000000");
            assertThat(bridge.disconnects).isEmpty();
        }
    }

    /** What comes out of the queue is looked at until it has come in since the start: it costs time. */
    @Test
    void aBridgesMessagesAreLookedAtUntilTheyAreOfThisRun() throws Exception {
        try (TestBroker broker = new TestBroker(data);
                Paho board = broker.board().connect()) {
            for (int connection = 1; connection <= 2; connection++) {
                try (Paho bridge = broker.bridge().connect()) {
                    assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
                    assertThat(foreign(bridge, "old")).isEmpty();
                    assertThat(board.publish(READING, "36")).isZero();
                    await().until(() -> bridge.payloads().contains("36"));
                    await().untilAsserted(() -> assertThat(foreign(bridge, "of this run"))
                            .as("not looked at")
                            .contains("value"));
                }
            }
        }
    }

    /** What a bridge gets of a property that did not pass the way in, as with an older version. */
    private static Optional<String> foreign(Paho bridge, String payload) {
        int before = bridge.received.size();
        var unused = Services.publishService()
                .publish(Builders.publish()
                        .topic(READING)
                        .qos(Qos.AT_LEAST_ONCE)
                        .payload(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                        .userProperty("name", "value")
                        .build());
        await().until(() -> bridge.received.size() > before);
        return bridge.received.get(before).property("name");
    }

    private static MqttMessage deadly(String payload, boolean retained) {
        MqttProperties properties = new MqttProperties();
        properties.setCorrelationData(new byte[DEADLY]);
        properties.setContentType("text/plain");
        properties.setResponseTopic("somewhere");
        properties.setUserProperties(List.of(
                new UserProperty("name", "v".repeat(DEADLY)),
                new UserProperty(Topics.RECEIVED_AT, "1790000000000000000")));
        return new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), 1, retained, properties);
    }

    private static final class AllowsEverything implements ExtensionMain {

        @Override
        public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
            SimpleAuthenticator anyone = (connect, answer) -> answer.authenticateSuccessfully();
            Services.securityRegistry().setAuthenticatorProvider(provided -> anyone);
        }

        @Override
        public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
    }
}
