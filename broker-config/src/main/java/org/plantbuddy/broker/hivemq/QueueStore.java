package org.plantbuddy.broker.hivemq;

import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where HiveMQ CE keeps the messages of its queues on disk, reached from inside. A bucket keeps some of the queues; HiveMQ
 * touches it on one thread only, and so must whoever uses this.
 */
final class QueueStore {

    private static final int NOT_IN_FLIGHT = 0;

    private final Object[] buckets;
    private final Object serializer;

    /** @param persistence HiveMQ's own, on disk */
    QueueStore(Object persistence) throws ReflectiveOperationException {
        buckets = (Object[]) HiveMqInternals.field(persistence, "buckets");
        serializer = HiveMqInternals.field(persistence, "serializer");
    }

    /** What the next message's place will be numbered. */
    long nextNumber() throws ReflectiveOperationException {
        return ((AtomicLong) HiveMqInternals.field(serializer, "NEXT_PUBLISH_NUMBER")).get();
    }

    /** Changes places; what it answers is handed on. */
    interface Change<T> {
        T in(Places places) throws ReflectiveOperationException;
    }

    /** One transaction. Nothing is changed when it fails. */
    <T> T change(int bucket, Change<T> change) throws ReflectiveOperationException {
        Object environment = HiveMqInternals.get(Object.class, buckets[bucket], "getEnvironment");
        Object store = HiveMqInternals.get(Object.class, buckets[bucket], "getStore");
        Object transaction = HiveMqInternals.get(Object.class, environment, "beginExclusiveTransaction");
        try {
            Object cursor = HiveMqInternals.get(Object.class, store, "openCursor", transaction);
            T answer = change.in(new Places(store, transaction, cursor));
            HiveMqInternals.call(cursor, "close");
            HiveMqInternals.call(transaction, "commit");
            return answer;
        } finally {
            if (!HiveMqInternals.get(Boolean.class, transaction, "isFinished")) {
                HiveMqInternals.call(transaction, "abort");
            }
        }
    }

    /**
     * A message in a queue.
     *
     * @param queue HiveMQ's key of it
     * @param isPublish or else the rest of an exchange of QoS 2
     * @param retained whether it was, when it was published
     * @param number of its payload
     */
    record Message(Object queue, boolean isPublish, boolean retained, String id, long number) {

        boolean isShared() throws ReflectiveOperationException {
            return HiveMqInternals.get(Boolean.class, queue, "isShared");
        }
    }

    /** Goes through the places of a bucket, queue by queue: millions of them after an hour without a bridge. */
    final class Places {

        private final Object store;
        private final Object transaction;
        private final Object cursor;
        private final Method getNext;
        private final Method getKey;
        private final Method getValue;
        private final Method deserializePacketId;
        private final Method deserializeIndex;

        private Places(Object store, Object transaction, Object cursor) throws NoSuchMethodException {
            this.store = store;
            this.transaction = transaction;
            this.cursor = cursor;
            getNext = HiveMqInternals.method(cursor.getClass(), "getNext", 0);
            getKey = HiveMqInternals.method(cursor.getClass(), "getKey", 0);
            getValue = HiveMqInternals.method(cursor.getClass(), "getValue", 0);
            deserializePacketId = HiveMqInternals.method(serializer.getClass(), "deserializePacketId", 1);
            deserializeIndex = HiveMqInternals.method(serializer.getClass(), "deserializeIndex", 1);
        }

        /** Goes to the first place of a shared queue, or to where it would be; false where none is there or after. */
        boolean goTo(String sharedQueue) throws ReflectiveOperationException {
            Object key = serializer
                    .getClass()
                    .getClassLoader()
                    .loadClass("com.hivemq.persistence.clientqueue.ClientQueuePersistenceImpl$Key")
                    .getConstructor(String.class, boolean.class)
                    .newInstance(sharedQueue, true);
            return HiveMqInternals.call(
                            cursor,
                            "getSearchKeyRange",
                            HiveMqInternals.get(Object.class, serializer, "serializeKey", key))
                    != null;
        }

        boolean next() throws ReflectiveOperationException {
            return (boolean) getNext.invoke(cursor);
        }

        /** Whether HiveMQ has given the message to a client and heard no acknowledgement. */
        boolean isInFlight() throws ReflectiveOperationException {
            return (int) deserializePacketId.invoke(serializer, getValue.invoke(cursor)) != NOT_IN_FLIGHT;
        }

        long number() throws ReflectiveOperationException {
            return (long) deserializeIndex.invoke(serializer, getKey.invoke(cursor));
        }

        Message message() throws ReflectiveOperationException {
            Object value = getValue.invoke(cursor);
            Object content = content();
            boolean isPublish = content.getClass().getSimpleName().equals("PUBLISH");
            return new Message(
                    HiveMqInternals.get(Object.class, serializer, "deserializeKeyId", getKey.invoke(cursor)),
                    isPublish,
                    HiveMqInternals.get(Boolean.class, serializer, "deserializeRetained", value),
                    isPublish ? HiveMqInternals.get(String.class, content, "getUniqueId") : "",
                    isPublish ? HiveMqInternals.get(Long.class, content, "getPublishId") : 0);
        }

        private Object content() throws ReflectiveOperationException {
            return HiveMqInternals.get(Object.class, serializer, "deserializeValue", getValue.invoke(cursor));
        }

        /** The message, a PUBLISH, is no longer in flight: it can be given to a client. */
        void takeMarkOff() throws ReflectiveOperationException {
            Object free = HiveMqInternals.get(
                    Object.class, serializer, "serializePublishWithoutPacketId", content(), /* retained */ false);
            HiveMqInternals.call(store, "put", transaction, getKey.invoke(cursor), free);
        }

        void remove() throws ReflectiveOperationException {
            HiveMqInternals.call(cursor, "deleteCurrent");
        }
    }
}
