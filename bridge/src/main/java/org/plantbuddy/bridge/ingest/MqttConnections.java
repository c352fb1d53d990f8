package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.MqttConnection;
import org.plantbuddy.mqtt.MqttListener;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.topic.Topics;

/**
 * The bridge's places at the broker. All of them share its readings, so that the broker fills the window of one while the
 * bridge makes that of another safe; the first one publishes. When one is lost all connect anew: what one connection has
 * not acknowledged must not be given to another while it is still on its way. Thread-safe.
 */
public final class MqttConnections implements Publisher, AutoCloseable {

    private static final Duration SESSION_KEPT = Duration.ofDays(7);

    private final MqttOptions options;
    private final int number;
    private final Counter connects;
    private final Counter failures;
    private volatile List<MqttConnection> connections = List.of();
    private volatile String notGuaranteed = "";

    /**
     * @param client under its id the broker keeps what is not acknowledged: the same after a restart
     * @param number how many connections, from 1
     */
    public MqttConnections(MqttOptions client, int number, MeterRegistry meters) {
        this.options = client.keptFor(SESSION_KEPT).subscribedTo(Topics.BRIDGE_SUBSCRIPTION);
        this.number = number;
        this.connects = Counter.builder("plantbuddy.mqtt.connects")
                .description("Times the bridge connected to the broker")
                .register(meters);
        this.failures = Counter.builder("plantbuddy.mqtt.client.failures")
                .description("Connections to the broker that ended because the bridge's MQTT client failed")
                .register(meters);
        Gauge.builder("plantbuddy.mqtt.connected", () -> problem().isEmpty() ? 1 : 0)
                .description("Whether the bridge is connected to the broker, with all its connections")
                .register(meters);
    }

    /**
     * Starts connecting, and returns at once.
     *
     * @param onConnected called each time alerts can be published again; must not block
     */
    public void start(Ingest ingest, Runnable onConnected) {
        connections = IntStream.range(0, number)
                .mapToObj(i -> MqttConnection.start(
                        i == 0 ? options : options.withClientId(options.clientId() + "/" + (i + 1)),
                        new Listener(ingest, i == 0 ? onConnected : () -> {})))
                .toList();
    }

    private final class Listener implements MqttListener {

        private final Ingest ingest;
        private final Runnable onConnected;

        Listener(Ingest ingest, Runnable onConnected) {
            this.ingest = ingest;
            this.onConnected = onConnected;
        }

        @Override
        public void delivered(Delivery delivery) {
            ingest.offer(delivery);
        }

        @Override
        public void connected(MqttSession session) {
            connects.increment();
            notGuaranteed = session.toldOnSubscribe(Topics.NOT_GUARANTEED).collect(Collectors.joining(", "));
            onConnected.run();
        }

        @Override
        public void clientFailed() {
            failures.increment();
        }

        @Override
        public void lost() {
            connections.forEach(each -> each.reconnect("another connection of this bridge was lost"));
        }
    }

    @Override
    public CompletableFuture<Outcome> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        return connections.stream()
                .findFirst()
                .map(first -> first.publish(topic, payload, retained, userProperties))
                .orElseGet(() -> CompletableFuture.completedFuture(new Outcome.Unknown("not connected yet")));
    }

    /** Why one of them is not connected; empty while all are. */
    public Optional<String> problem() {
        List<MqttConnection> all = connections;
        return all.isEmpty()
                ? Optional.of("not connected yet")
                : all.stream().flatMap(one -> one.problem().stream()).findFirst();
    }

    /** What the broker cannot guarantee, for {@code /operationz}; empty where it guarantees all. */
    public Optional<String> notGuaranteed() {
        return Optional.of(notGuaranteed)
                .filter(missing -> !missing.isEmpty())
                .map(missing -> "the broker runs on a HiveMQ that was not tried, without: " + missing
                        + "; see docs/operations.md, \"Another HiveMQ\"");
    }

    /** Disconnects. The broker keeps what is not acknowledged. */
    @Override
    public void close() {
        connections.forEach(MqttConnection::stop);
        connections.forEach(MqttConnection::close);
    }
}
