package org.plantbuddy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.topic.Topics;

/**
 * The limit that the client sets: takes messages as the bridge does and acknowledges each at once, without looking at it.
 * Prints the topic of every mark when it comes.
 */
final class NoOpConsumer {

    private NoOpConsumer() {}

    /** With the number of connections; ends when one of them does. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<MqttSession> sessions = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            MqttOptions options = new MqttOptions(
                    System.getenv("MQTT_SERVER"),
                    "no-op-" + i,
                    System.getenv("MQTT_USERNAME"),
                    new Secret(System.getenv("MQTT_PASSWORD")));
            sessions.add(MqttSession.open(options.subscribedTo(Topics.BRIDGE_SUBSCRIPTION), NoOpConsumer::take));
        }
        while (sessions.stream().noneMatch(MqttSession::hasEnded)) {
            Thread.sleep(100);
        }
        System.exit(1);
    }

    private static void take(Delivery delivery) {
        Delivery.accept(List.of(delivery));
        if (delivery.topic().endsWith(Load.MARK)) {
            System.out.println(delivery.topic());
        }
    }
}
