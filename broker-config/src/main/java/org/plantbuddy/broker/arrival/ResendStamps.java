package org.plantbuddy.broker.arrival;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * Remembers the stamps of messages whose acknowledgement may have been lost: the board sends such a message again, with DUP
 * set, and it must become the same reading. Thread-safe.
 *
 * <p>Bounded in messages a session and in all. What was stamped more than two minutes before another message of the same
 * connection, or before the end of one, is taken for acknowledged and forgotten: its packet id may name another message by now.
 */
public final class ResendStamps {

    private static final Duration SESSION_KEPT = Duration.ofHours(24);
    private static final int MESSAGES_PER_SESSION = 2_000;
    private static final int MESSAGES = 1_000_000;
    private static final int MESSAGES_A_SESSION_IS_AS_LARGE_AS = 10;
    private static final long UNACKNOWLEDGED_AT_MOST = Duration.ofMinutes(2).toMillis();

    private final InstantSource clock;
    private final Cache<String, Session> sessions = Caffeine.newBuilder()
            .maximumWeight(MESSAGES)
            .weigher((String clientId, Session session) -> session.weight())
            .expireAfterAccess(SESSION_KEPT)
            .build();

    public ResendStamps(InstantSource clock) {
        this.clock = clock;
    }

    void put(String clientId, int packetId, String topic, ByteBuffer payload, long stamp) {
        sessions.get(clientId, id -> new Session())
                .put(packetId, new Message(print(topic, payload), stamp, clock.millis()));
    }

    /** The stamp this message got when it first came, if it did. */
    OptionalLong find(String clientId, int packetId, String topic, ByteBuffer payload) {
        Session session = sessions.getIfPresent(clientId);
        return session == null ? OptionalLong.empty() : session.find(packetId, print(topic, payload));
    }

    /** A message that was refused: what had its packet id before has been acknowledged. */
    public void forget(String clientId, int packetId) {
        Session session = sessions.getIfPresent(clientId);
        if (session != null) {
            session.forget(packetId);
        }
    }

    /** The session starts anew. */
    public void forget(String clientId) {
        sessions.invalidate(clientId);
    }

    /** The connection of a session has ended. */
    public void disconnected(String clientId) {
        Session session = sessions.getIfPresent(clientId);
        if (session == null) {
            return;
        }
        if (session.connectionEnded(clock.millis())) {
            sessions.invalidate(clientId);
        } else {
            sessions.put(clientId, session); // it has another weight now
        }
    }

    private static long print(String topic, ByteBuffer payload) {
        CRC32 crc = new CRC32();
        crc.update(payload.duplicate());
        return (crc.getValue() << Integer.SIZE) | (topic.hashCode() & 0xFFFF_FFFFL);
    }

    /**
     * One message.
     *
     * @param print of its topic and payload
     * @param at when it came, epoch ms
     */
    private record Message(long print, long stamp, long at) {}

    private static final class Session {
        private final Map<Integer, Message> ofConnection = new LinkedHashMap<>();

        /** They may have been unacknowledged when it ended, so the messages of the next one do not push them out. */
        private final Map<Integer, Message> ofEarlierOnes = new LinkedHashMap<>();

        synchronized void put(int packetId, Message message) {
            ofEarlierOnes.remove(packetId);
            ofConnection.remove(packetId); // so that it becomes the newest
            ofConnection.put(packetId, message);
            dropOlderThan(message.at() - UNACKNOWLEDGED_AT_MOST);
            trim(ofConnection);
        }

        synchronized OptionalLong find(int packetId, long print) {
            Message message = ofConnection.getOrDefault(packetId, ofEarlierOnes.get(packetId));
            return message != null && message.print() == print
                    ? OptionalLong.of(message.stamp())
                    : OptionalLong.empty();
        }

        synchronized void forget(int packetId) {
            ofEarlierOnes.remove(packetId);
            ofConnection.remove(packetId);
        }

        synchronized int weight() {
            return MESSAGES_A_SESSION_IS_AS_LARGE_AS + ofConnection.size() + ofEarlierOnes.size();
        }

        /** Whether nothing is left. */
        synchronized boolean connectionEnded(long now) {
            dropOlderThan(now - UNACKNOWLEDGED_AT_MOST);
            ofEarlierOnes.values().removeIf(message -> message.at() < now - UNACKNOWLEDGED_AT_MOST);
            ofEarlierOnes.putAll(ofConnection);
            ofConnection.clear();
            trim(ofEarlierOnes);
            return ofEarlierOnes.isEmpty();
        }

        private void dropOlderThan(long time) {
            Iterator<Message> oldest = ofConnection.values().iterator();
            while (oldest.hasNext() && oldest.next().at() < time) {
                oldest.remove();
            }
        }

        private static void trim(Map<Integer, Message> messages) {
            Iterator<Message> oldest = messages.values().iterator();
            while (messages.size() > MESSAGES_PER_SESSION) {
                oldest.next();
                oldest.remove();
            }
        }
    }
}
