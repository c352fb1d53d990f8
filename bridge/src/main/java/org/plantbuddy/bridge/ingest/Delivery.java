package org.plantbuddy.bridge.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A message of one session, to be acknowledged once it is safe. */
final class Delivery {

    /** Acknowledgements in one packet of TCP: few enough that the broker sends on while the rest follow. */
    private static final int TOGETHER = 16;

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

    /** Acknowledges all of them, in their order. */
    static void acknowledge(List<Delivery> group) {
        for (int from = 0; from < group.size(); from += TOGETHER) {
            List<Delivery> some = group.subList(from, Math.min(group.size(), from + TOGETHER));
            Map<BrokerSession, Integer> announced = new HashMap<>();
            some.forEach(delivery -> announced.merge(delivery.session, delivery.qos > 0 ? 1 : 0, Integer::sum));
            announced.forEach(BrokerSession::announce);
            some.forEach(Delivery::acknowledge);
        }
    }

    /** Tells the broker to forget the message. Does nothing when the connection it came on has ended. */
    private void acknowledge() {
        if (qos > 0) {
            session.acknowledge(packetId, qos);
        }
    }
}
