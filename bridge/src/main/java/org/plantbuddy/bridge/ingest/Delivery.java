package org.plantbuddy.bridge.ingest;

/** A message of one session, to be acknowledged once it is safe. */
final class Delivery {

    private final Message message;
    private final int packetId;
    private final int qos;
    private final BrokerSession session;

    Delivery(Message message, int packetId, int qos, BrokerSession session) {
        this.message = message;
        this.packetId = packetId;
        this.qos = qos;
        this.session = session;
    }

    Message message() {
        return message;
    }

    /** Whether the broker will deliver it again: its session's connection has ended. */
    boolean isStale() {
        return session.hasEnded();
    }

    /** Tells the broker to forget the message. Does nothing when the connection it came on has ended. */
    void acknowledge() {
        if (qos > 0) {
            session.acknowledge(packetId, qos);
        }
    }
}
