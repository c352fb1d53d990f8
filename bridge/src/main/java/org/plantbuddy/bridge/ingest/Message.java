package org.plantbuddy.bridge.ingest;

import java.util.Optional;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.topic.Topics;

/**
 * What a board published.
 *
 * @param receivedAt the broker's stamp in epoch ns, user property {@code received-at}
 * @param connectedAt the broker's stamp of the connection, user property {@code connected-at}: of a status or a will alone
 * @param time the board's own time, user property {@code time}
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Message(
        String topic, byte[] payload, Optional<Long> receivedAt, Optional<Long> connectedAt, Optional<String> time) {

    static Message of(Delivery delivery) {
        return new Message(
                delivery.topic(),
                delivery.payload(),
                delivery.property(Topics.RECEIVED_AT).flatMap(ReadingTime::ofStamp),
                Topics.isStatus(delivery.topic())
                        ? delivery.property(Topics.CONNECTED_AT).flatMap(ReadingTime::ofStamp)
                        : Optional.empty(),
                delivery.property(Topics.TIME));
    }

    /** Whose it is: the topic's second level; empty where it has none. */
    String user() {
        int from = topic.indexOf('/') + 1;
        int to = topic.indexOf('/', from);
        return from > 0 && to > 0 ? topic.substring(from, to) : "";
    }

    /** The broker's stamp that tells this message from an equal one, also a will. */
    Optional<Long> stamp() {
        return receivedAt.or(() -> connectedAt);
    }
}
