package org.plantbuddy.broker.hivemq;

import com.hivemq.mqtt.message.MessageWithID;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceImpl;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceSerializer;
import com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence;
import com.hivemq.persistence.local.xodus.bucket.Bucket;
import com.hivemq.persistence.payload.PublishPayloadPersistence;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.Transaction;
import org.plantbuddy.broker.hivemq.HiveMqInternals.Call;

/**
 * Where HiveMQ CE keeps the messages of its queues on disk, reached from inside. A bucket keeps some of the queues; HiveMQ
 * touches it on one thread only, and so must whoever uses this.
 */
final class QueueStore {

    private static final int NOT_IN_FLIGHT = 0;

    private final Bucket[] buckets;
    private final PublishPayloadPersistence payloads;
    private final Call<Integer> packetId;
    private final Call<Long> number;
    private final Call<ClientQueuePersistenceImpl.Key> queue;
    private final Call<MessageWithID> content;
    private final Call<Boolean> retained;
    private final Call<ByteIterable> startOf;
    private final Call<ByteIterable> notInFlight;
    private final Call<AtomicInteger> size;
    private final Call<AtomicInteger> retainedSize;
    private final Call<Void> readNextFrom;

    /** @throws ReflectiveOperationException on a HiveMQ that looks different inside */
    QueueStore(ClientQueueXodusLocalPersistence persistence) throws ReflectiveOperationException {
        buckets = HiveMqInternals.field(Bucket[].class, persistence, "buckets");
        payloads = HiveMqInternals.field(PublishPayloadPersistence.class, persistence, "payloadPersistence");
        Object serializer = HiveMqInternals.field(ClientQueuePersistenceSerializer.class, persistence, "serializer");
        packetId = HiveMqInternals.method(Integer.class, serializer, "deserializePacketId", ByteIterable.class);
        number = HiveMqInternals.method(Long.class, serializer, "deserializeIndex", ByteIterable.class);
        queue = HiveMqInternals.method(
                ClientQueuePersistenceImpl.Key.class, serializer, "deserializeKeyId", ByteIterable.class);
        content = HiveMqInternals.method(MessageWithID.class, serializer, "deserializeValue", ByteIterable.class);
        retained = HiveMqInternals.method(Boolean.class, serializer, "deserializeRetained", ByteIterable.class);
        startOf = HiveMqInternals.method(
                ByteIterable.class, serializer, "serializeKey", ClientQueuePersistenceImpl.Key.class);
        notInFlight = HiveMqInternals.method(
                ByteIterable.class, serializer, "serializePublishWithoutPacketId", PUBLISH.class, boolean.class);
        size = HiveMqInternals.method(
                AtomicInteger.class, persistence, "getOrPutQueueSize", ClientQueuePersistenceImpl.Key.class, int.class);
        retainedSize = HiveMqInternals.method(
                AtomicInteger.class,
                persistence,
                "getOrPutRetainedQueueSize",
                ClientQueuePersistenceImpl.Key.class,
                int.class);
        readNextFrom = HiveMqInternals.method(
                Void.class,
                persistence,
                "decrementSharedSubscriptionIndexFirstMessageWithoutPacketId",
                String.class,
                Long.class);
    }

    /** One transaction. Nothing is changed when it fails. */
    <T> T change(int bucket, Function<Places, T> change) {
        Store store = buckets[bucket].getStore();
        return buckets[bucket].getEnvironment().computeInExclusiveTransaction(transaction -> {
            try (Cursor cursor = store.openCursor(transaction)) {
                return change.apply(new Places(store, transaction, cursor));
            }
        });
    }

    /** A message has been taken out of a queue. */
    void countOut(ClientQueuePersistenceImpl.Key of, boolean wasRetained, long payload, int bucket) {
        size.with(of, bucket).decrementAndGet();
        if (wasRetained) {
            retainedSize.with(of, bucket).decrementAndGet();
        }
        payloads.decrementReferenceCounter(payload);
    }

    boolean hasPayload(long payload) {
        return payloads.get(payload) != null;
    }

    /** HiveMQ gives out the message at this place, if it has not been yet, before those behind it. */
    void readNextFrom(String sharedQueue, long place) {
        readNextFrom.with(sharedQueue, place);
    }

    /** Goes through the places of a bucket, queue by queue: millions of them after an hour without a bridge. */
    final class Places {

        private final Store store;
        private final Transaction transaction;
        private final Cursor cursor;

        private Places(Store store, Transaction transaction, Cursor cursor) {
            this.store = store;
            this.transaction = transaction;
            this.cursor = cursor;
        }

        /** Goes to the first place of a shared queue, or to where it would be; false where none is there or after. */
        boolean goTo(String sharedQueue) {
            return cursor.getSearchKeyRange(startOf.with(new ClientQueuePersistenceImpl.Key(sharedQueue, true)))
                    != null;
        }

        boolean next() {
            return cursor.getNext();
        }

        /** Whether HiveMQ has given the message to a client and heard no acknowledgement. */
        boolean isInFlight() {
            return packetId.with(cursor.getValue()) != NOT_IN_FLIGHT;
        }

        long number() {
            return number.with(cursor.getKey());
        }

        /** Whose message it is. */
        ClientQueuePersistenceImpl.Key queue() {
            return queue.with(cursor.getKey());
        }

        /** The message, or empty for the rest of an exchange of QoS 2. */
        Optional<PUBLISH> publish() {
            return content.with(cursor.getValue()) instanceof PUBLISH publish ? Optional.of(publish) : Optional.empty();
        }

        /** Whether it was, when it was published. */
        boolean isRetained() {
            return retained.with(cursor.getValue());
        }

        /** The message, which is here, is no longer in flight: it can be given to a client. */
        void takeMarkOff(PUBLISH message) {
            store.put(transaction, cursor.getKey(), notInFlight.with(message, /* retained */ false));
        }

        void remove() {
            cursor.deleteCurrent();
        }
    }
}
