package org.plantbuddy.broker.hivemq;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.persistence.ProducerQueues;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceImpl;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceSerializer;
import com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what HiveMQ CE leaves of its queues when it is killed. To be called before anyone can connect: then nothing can be in
 * flight, and nothing half written that is not from before. See decision 0076.
 *
 * <ul>
 *   <li>A message of a shared queue is marked as in flight, on disk, while a client has it. A broker that is killed does not
 *       take the mark off, and nobody ever gets the message. So the marks are taken off.
 *   <li>A message's place in a queue is written first and its payload, under a number, after that. A place without payload
 *       is counted out twice when it is met, and the last message of the queue stays behind. So such places are removed.
 *   <li>The number of a place without payload is given again to the next message, whose payload is not written either, as the
 *       number is in use: the message is lost. So numbers are left out.
 * </ul>
 */
public final class QueueRepair {

    private static final Logger LOG = LoggerFactory.getLogger(QueueRepair.class);

    /** More than the messages that can have been on their way at once. */
    private static final long NUMBERS_LEFT_OUT = 1L << 32;

    /** Places so near the last one of all queues may be half written. */
    private static final long LAST_PLACES = 10_000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final QueueStore store;
    private final long lastPlaces = ClientQueuePersistenceSerializer.NEXT_PUBLISH_NUMBER.get() - LAST_PLACES;
    private volatile boolean givenUp;

    /** What was mended, in messages. */
    private record Mended(int handedBack, int halfWritten) {

        Mended and(Mended more) {
            return new Mended(handedBack + more.handedBack, halfWritten + more.halfWritten);
        }
    }

    /** A place without payload. */
    private record HalfWritten(ClientQueuePersistenceImpl.Key queue, boolean retained, long payload) {}

    private QueueRepair(ClientQueueXodusLocalPersistence persistence) throws ReflectiveOperationException {
        store = new QueueStore(persistence);
    }

    /**
     * Mends all queues, where there is something to mend.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside; nothing is mended then
     * @throws IllegalStateException when it cannot be mended, or not in time: nobody must be let in then, as what is half done
     *     must not go on beside clients
     */
    public static void mend(PublishService publishService) throws ReflectiveOperationException {
        mend(publishService, PATIENCE);
    }

    /**
     * The same.
     *
     * @param patience after which it is given up: nothing is changed then
     */
    public static void mend(PublishService publishService, Duration patience) throws ReflectiveOperationException {
        PUBLISH.PUBLISH_COUNTER.addAndGet(NUMBERS_LEFT_OUT);
        ClientQueuePersistence queues = HiveMqInternals.queues(publishService);
        QueueRepair repair = new QueueRepair(
                HiveMqInternals.field(ClientQueueXodusLocalPersistence.class, queues, "localPersistence"));
        try {
            Mended mended = repair.onWriterThreads(
                    HiveMqInternals.field(ProducerQueues.class, queues, "singleWriter"), patience);
            if (mended.handedBack > 0 || mended.halfWritten > 0) {
                LOG.warn(
                        "afterCrash=mended handedBack={} halfWritten={}; no reading that was acknowledged is lost",
                        mended.handedBack,
                        mended.halfWritten);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkageError different) {
                throw different;
            }
            throw notMended(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw notMended("it took longer than " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notMended("it was interrupted", e);
        }
    }

    private static IllegalStateException notMended(String why, Exception cause) {
        return new IllegalStateException(
                "the broker's queue could not be put right after a crash: " + why + "; start the broker again", cause);
    }

    /** HiveMQ touches a queue on one thread only, which is handed tasks. */
    private Mended onWriterThreads(ProducerQueues writers, Duration patience)
            throws ExecutionException, InterruptedException, TimeoutException {
        List<ListenableFuture<Mended>> all = writers.submitToAllBucketsParallel(this::mend);
        try {
            var unused = Futures.successfulAsList(all) // waits for all, also when one fails
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return Futures.allAsList(all).get().stream().reduce(new Mended(0, 0), Mended::and);
        } finally {
            givenUp = true;
        }
    }

    /** One bucket of HiveMQ's: it keeps some of the queues. */
    private Mended mend(int bucket) {
        List<HalfWritten> halfWritten = new ArrayList<>();
        int handedBack = store.change(bucket, places -> goThrough(places, halfWritten));
        for (HalfWritten message : halfWritten) {
            store.countOut(message.queue, message.retained, message.payload, bucket);
        }
        return new Mended(handedBack, halfWritten.size());
    }

    /** Changes what is to be changed on the way: HiveMQ itself would look for each from the front of its queue. */
    private int goThrough(QueueStore.Places places, List<HalfWritten> halfWritten) {
        int handedBack = 0;
        while (places.next()) {
            if (givenUp) {
                throw new IllegalStateException("given up"); // nothing is committed
            }
            boolean mayBeHalfWritten = places.number() >= lastPlaces;
            if (!places.isInFlight() && !mayBeHalfWritten) {
                continue;
            }
            Optional<PUBLISH> message = places.publish();
            if (message.isEmpty()) {
                continue;
            }
            long payload = message.get().getPublishId();
            if (mayBeHalfWritten && !store.hasPayload(payload)) {
                halfWritten.add(new HalfWritten(places.queue(), places.isRetained(), payload));
                places.remove();
            } else if (places.isInFlight() && places.queue().isShared()) {
                places.takeMarkOff(message.get());
                handedBack++;
            }
        }
        return handedBack;
    }
}
