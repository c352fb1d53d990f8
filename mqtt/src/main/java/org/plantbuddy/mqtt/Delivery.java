package org.plantbuddy.mqtt;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A message of one connection. It ends accepted, by whoever received it, or dropped, with its connection: the broker then
 * delivers it again. Thread-safe.
 */
public abstract class Delivery {

    final int packetId;
    final int qos;
    private final InFlight connection;
    private final String topic;
    private final byte[] payload;
    private volatile boolean accepted;

    /** To be given to {@link InFlight#add}. */
    protected Delivery(InFlight connection, String topic, byte[] payload, int packetId, int qos) {
        this.connection = connection;
        this.topic = topic;
        this.payload = payload;
        this.packetId = packetId;
        this.qos = qos;
    }

    public final String topic() {
        return topic;
    }

    public final byte[] payload() {
        return payload;
    }

    /** The first value of this user property. */
    public abstract Optional<String> property(String name);

    /** What is in flight on the same connection. */
    public final InFlight connection() {
        return connection;
    }

    /** Whether its connection has ended before it was acknowledged. */
    public final boolean isDropped() {
        return connection.hasEnded();
    }

    final boolean isAccepted() {
        return accepted;
    }

    /**
     * These are safe, the broker may forget them. They are acknowledged in the order of their connection: one that is accepted
     * before those in front of it waits for them.
     *
     * @return how many messages are acknowledged now that were not before
     */
    public static int accept(Collection<? extends Delivery> deliveries) {
        Set<InFlight> connections = new HashSet<>();
        for (Delivery delivery : deliveries) {
            delivery.accepted = true;
            connections.add(delivery.connection);
        }
        return connections.stream().mapToInt(InFlight::acknowledge).sum();
    }
}
