package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.persistence.ProducerQueues;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceImpl;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceSerializer;
import com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence;
import java.util.concurrent.Future;

/**
 * How far the bridges' queue has come, by the numbers that HiveMQ CE gives messages as they enter a queue, in that order. A
 * message leaves when it is acknowledged. Thread-safe.
 */
public final class QueueFront {

    private static final ClientQueuePersistenceImpl.Key QUEUE =
            new ClientQueuePersistenceImpl.Key(QueueSize.OfBridges.QUEUE, /* shared */ true);

    private final QueueStore store;
    private final ProducerQueues writers;

    private QueueFront(ClientQueuePersistence queues, ClientQueueXodusLocalPersistence persistence)
            throws ReflectiveOperationException {
        store = new QueueStore(persistence);
        writers = HiveMqInternals.field(ProducerQueues.class, queues, "singleWriter");
    }

    /**
     * To be called before something else takes the place of HiveMQ's store.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside, or keeps its queues in memory
     */
    public static QueueFront of(PublishService publishService) throws ReflectiveOperationException {
        ClientQueuePersistence queues = HiveMqInternals.queues(publishService);
        return new QueueFront(
                queues, HiveMqInternals.field(ClientQueueXodusLocalPersistence.class, queues, "localPersistence"));
    }

    /** The number that the next message gets: those that are in the queue now have lower ones. */
    public long next() {
        return ClientQueuePersistenceSerializer.NEXT_PUBLISH_NUMBER.get();
    }

    /** Whether a message with a lower number is in the queue, or was given to a bridge and not acknowledged. */
    public Future<Boolean> hasBefore(long number) {
        return writers.submit(QUEUE.getQueueId(), bucket -> store.change(bucket, places -> isBefore(places, number)));
    }

    private static boolean isBefore(QueueStore.Places places, long number) {
        return places.goTo(QUEUE.getQueueId()) && places.queue().equals(QUEUE) && places.number() < number;
    }
}
