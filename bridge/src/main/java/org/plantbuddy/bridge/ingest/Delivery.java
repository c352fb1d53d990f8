package org.plantbuddy.bridge.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A message of one connection, to be acknowledged once it is safe. */
final class Delivery {

    /** The connection that a message came on. */
    interface Origin {

        /** Whether it is over: then the broker delivers the message again, and takes no acknowledgement. */
        boolean hasEnded();

        /** Tells that so many acknowledgements follow at once. */
        void announce(int acknowledgements);

        /** Tells the broker to forget a message. Does nothing when the connection has ended. */
        void acknowledge(int packetId, int qos);
    }

    /** Acknowledgements in one packet of TCP: few enough that the broker sends on while the rest follow. */
    private static final int TOGETHER = 16;

    private final Message message;
    private final int packetId;
    private final int qos;
    private final Origin origin;

    Delivery(Message message, int packetId, int qos, Origin origin) {
        this.message = message;
        this.packetId = packetId;
        this.qos = qos;
        this.origin = origin;
    }

    Message message() {
        return message;
    }

    Origin origin() {
        return origin;
    }

    /** Whether the broker will deliver it again. */
    boolean isStale() {
        return origin.hasEnded();
    }

    /** Acknowledges all of them, in their order. */
    static void acknowledge(List<Delivery> group) {
        for (int from = 0; from < group.size(); from += TOGETHER) {
            List<Delivery> some = group.subList(from, Math.min(group.size(), from + TOGETHER));
            Map<Origin, Integer> announced = new HashMap<>();
            some.forEach(delivery -> announced.merge(delivery.origin, delivery.qos > 0 ? 1 : 0, Integer::sum));
            announced.forEach(Origin::announce);
            some.forEach(Delivery::acknowledge);
        }
    }

    private void acknowledge() {
        if (qos > 0) {
            origin.acknowledge(packetId, qos);
        }
    }
}
