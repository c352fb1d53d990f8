package org.plantbuddy.bridge.ingest;

import java.util.Optional;

/**
 * What a board published.
 *
 * @param receivedAt the broker's stamp, user property {@code received-at}
 * @param time the board's own time, user property {@code time}
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Message(String topic, byte[] payload, Optional<String> receivedAt, Optional<String> time) {}
