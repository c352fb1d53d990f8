package org.plantbuddy.boards;

import java.util.Optional;
import java.util.function.Function;
import org.plantbuddy.topic.Topics;

/**
 * What a board published.
 *
 * @param receivedAt the broker's stamp in epoch ns, user property {@code received-at}
 * @param connectedAt the broker's stamp of the connection, user property {@code connected-at}: of a status or a will alone
 * @param time the board's own time, user property {@code time}
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Message(
        String topic, byte[] payload, Optional<Long> receivedAt, Optional<Long> connectedAt, Optional<String> time) {

    /**
     * As it was delivered.
     *
     * @param property the first value of a user property
     */
    public static Message of(String topic, byte[] payload, Function<String, Optional<String>> property) {
        return new Message(
                topic,
                payload,
                property.apply(Topics.RECEIVED_AT).flatMap(ReadingTime::ofStamp),
                Topics.isStatus(topic)
                        ? property.apply(Topics.CONNECTED_AT).flatMap(ReadingTime::ofStamp)
                        : Optional.empty(),
                property.apply(Topics.TIME));
    }

    /** Whose it is: the topic's second level; empty where it has none. */
    public String user() {
        int from = topic.indexOf('/') + 1;
        int to = topic.indexOf('/', from);
        return from > 0 && to > 0 ? topic.substring(from, to) : "";
    }

    /** The broker's stamp that tells this message from an equal one, also a will. */
    public Optional<Long> stamp() {
        return receivedAt.or(() -> connectedAt);
    }
}
