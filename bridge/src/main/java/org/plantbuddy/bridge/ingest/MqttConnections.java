package org.plantbuddy.bridge.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.plantbuddy.bridge.alert.AlertPublisher;

/**
 * The bridge's places at the broker. All of them share its readings, so that the broker fills the window of one while the
 * bridge makes that of another safe; the first one publishes. When one is lost all connect anew: what one connection has
 * not acknowledged must not be given to another while it is still on its way. Thread-safe.
 */
public final class MqttConnections implements AlertPublisher, AutoCloseable {

    private final BrokerAddress address;
    private final int number;
    private final MqttConnection.Meters meters;
    private volatile List<MqttConnection> connections = List.of();

    /**
     * @param number how many, from 1
     */
    public MqttConnections(BrokerAddress address, int number, MeterRegistry meters) {
        this.address = address;
        this.number = number;
        this.meters = new MqttConnection.Meters(
                Counter.builder("plantbuddy.mqtt.connects")
                        .description("Times the bridge connected to the broker")
                        .register(meters),
                Counter.builder("plantbuddy.mqtt.client.failures")
                        .description("Connections to the broker that ended because the bridge's MQTT client failed")
                        .register(meters));
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
                        address.ofConnection(i),
                        meters,
                        ingest::offer,
                        i == 0 ? onConnected : () -> {},
                        this::endTogether))
                .toList();
    }

    private void endTogether() {
        connections.forEach(MqttConnection::endTogether);
    }

    @Override
    public CompletableFuture<Void> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        return connections.stream()
                .findFirst()
                .map(first -> first.publish(topic, payload, retained, userProperties))
                .orElseGet(() -> CompletableFuture.failedFuture(new IOException("not connected yet")));
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
        return connections.stream()
                .map(MqttConnection::notGuaranteed)
                .filter(missing -> !missing.isEmpty())
                .findFirst()
                .map(missing -> "the broker runs on a HiveMQ that was not tried, without: " + String.join(", ", missing)
                        + "; see docs/operations.md, \"Another HiveMQ\"");
    }

    /** Disconnects. The broker keeps what is not acknowledged. */
    @Override
    public void close() {
        connections.forEach(MqttConnection::stop);
        connections.forEach(MqttConnection::close);
    }
}
