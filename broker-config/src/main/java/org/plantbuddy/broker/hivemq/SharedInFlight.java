package org.plantbuddy.broker.hivemq;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.util.concurrent.Futures;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.persistence.ProducerQueues;
import com.hivemq.persistence.clientqueue.ClientQueueLocalPersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistenceImpl;
import com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a message of a shared queue to one client at a time, see decision 0195, and takes acknowledged ones out of the queue
 * together, see decision 0214. Stands before the store of HiveMQ CE's queues, which is called on one thread for each queue.
 *
 * <p>HiveMQ marks a message as in flight when a client has it. When a client goes, HiveMQ takes each of its marks off by itself,
 * looking for it from the front of the queue, and from then on gives out what is behind the mark, in flight or not. So
 * others' messages go out a second time, and are looked for a second time, through the whole queue, when they are acknowledged
 * again: minutes for some ten thousand messages, in which the broker does nothing else.
 *
 * <p>HiveMQ looks for each acknowledged message from the front of the queue, and takes it out in a transaction of its own. That
 * was nearly half of what a reading cost the broker.
 */
public final class SharedInFlight implements InvocationHandler, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedInFlight.class);

    private static final List<String> WATCHED =
            List.of("readNew", "removeInFlightMarker", "removeShared", "size", "clear");

    /** So many acknowledged messages may be in the queue: a broker that is killed delivers them again. */
    private static final int MOST_ACKNOWLEDGED = 64;

    /**
     * And such a part of the room of a queue: HiveMQ still counts them, and who asks for its size does not. Not more than
     * the bound of the bridges' queue leaves free.
     */
    private static final int PART_ACKNOWLEDGED = 20;

    private static final long CLOSED_WITHIN_S = 5;

    private final ClientQueuePersistence queues;
    private final ClientQueueXodusLocalPersistence persistence;
    private final QueueStore store;
    private final long mostAcknowledged;
    private final Map<String, Queue> shared = new ConcurrentHashMap<>();

    /** Of one shared queue, by HiveMQ's id of a message. Touched by the queue's own thread only. */
    private static final class Queue {
        private final Set<String> inFlight = new HashSet<>();
        private final Set<String> givenBack = new HashSet<>();
        private final Set<String> acknowledged = new HashSet<>();
    }

    /** A message that was taken out of the queue. */
    private record Out(boolean retained, long payload) {}

    private SharedInFlight(ClientQueuePersistence queues) throws ReflectiveOperationException {
        this.queues = queues;
        persistence = HiveMqInternals.field(ClientQueueXodusLocalPersistence.class, queues, "localPersistence");
        store = new QueueStore(persistence);
        mostAcknowledged = Math.min(MOST_ACKNOWLEDGED, QueueSize.most(queues) / PART_ACKNOWLEDGED);
    }

    /**
     * Takes its place. To be called before anyone can connect.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside, or keeps its queues in memory
     */
    public static SharedInFlight of(PublishService publishService) throws ReflectiveOperationException {
        ClientQueuePersistence queues = HiveMqInternals.queues(publishService);
        SharedInFlight inFlight = new SharedInFlight(queues);
        List<String> there = Stream.of(ClientQueueLocalPersistence.class.getMethods())
                .map(Method::getName)
                .toList();
        if (!there.containsAll(WATCHED)) {
            throw new NoSuchMethodException(there + " are not " + WATCHED);
        }
        Object before = Proxy.newProxyInstance(
                ClientQueueLocalPersistence.class.getClassLoader(),
                new Class<?>[] {ClientQueueLocalPersistence.class},
                inFlight);
        HiveMqInternals.set(queues, "localPersistence", before);
        return inFlight;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments == null || !(arguments[0] instanceof String id)) {
            return pass(method, arguments);
        }
        switch (method.getName()) {
            case "readNew" -> {
                if ((boolean) arguments[1]) {
                    return readShared(id, (ImmutableIntArray) arguments[2], (long) arguments[3], (int) arguments[4]);
                }
            }
            case "removeInFlightMarker" -> {
                giveBack(id, (String) arguments[1]);
                return null;
            }
            case "removeShared" -> {
                if (acknowledge(id, (String) arguments[1], (int) arguments[2])) {
                    return null;
                }
            }
            case "size" -> {
                int size = (int) Objects.requireNonNull(pass(method, arguments));
                return (boolean) arguments[1] ? size - queue(id).acknowledged.size() : size;
            }
            case "clear" -> shared.remove(id);
            default -> {}
        }
        return pass(method, arguments);
    }

    private @Nullable Object pass(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(persistence, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private Queue queue(String id) {
        return shared.computeIfAbsent(id, unknown -> new Queue());
    }

    /** Its mark is taken off before the next message is given out. */
    private void giveBack(String id, String message) {
        Queue queue = queue(id);
        queue.inFlight.remove(message);
        queue.givenBack.add(message);
    }

    /** It is taken out before the next message is given out. Returns whether it is one that was in flight. */
    private boolean acknowledge(String id, String message, int bucket) {
        Queue queue = queue(id);
        if (!queue.inFlight.remove(message)) {
            return false;
        }
        queue.acknowledged.add(message);
        if (queue.acknowledged.size() >= mostAcknowledged) {
            settle(id, queue, bucket);
        }
        return true;
    }

    /** What is read may be in flight already: it is passed over. */
    private ImmutableList<PUBLISH> readShared(String id, ImmutableIntArray packetIds, long bytes, int bucket) {
        Queue queue = queue(id);
        settle(id, queue, bucket);
        while (true) {
            ImmutableList<PUBLISH> read = persistence.readNew(id, /* shared */ true, packetIds, bytes, bucket);
            ImmutableList<PUBLISH> free =
                    read.stream().filter(message -> isFree(message, queue)).collect(ImmutableList.toImmutableList());
            if (!free.isEmpty() || read.isEmpty()) {
                return free;
            }
        }
    }

    /** A message of QoS 0 is out of the queue as soon as it is read. */
    private static boolean isFree(PUBLISH message, Queue queue) {
        return message.getQoS() == QoS.AT_MOST_ONCE || queue.inFlight.add(message.getUniqueId());
    }

    /** All that was acknowledged or given back, on one way through the front of the queue. What is not found has left it. */
    private void settle(String id, Queue queue, int bucket) {
        if (queue.givenBack.isEmpty() && queue.acknowledged.isEmpty()) {
            return;
        }
        List<Out> out = new ArrayList<>();
        ClientQueuePersistenceImpl.Key key = new ClientQueuePersistenceImpl.Key(id, /* shared */ true);
        Optional<Long> firstFree = store.change(bucket, places -> goThrough(key, queue, places, out));
        out.forEach(message -> store.countOut(key, message.retained, message.payload, bucket));
        queue.givenBack.clear();
        queue.acknowledged.clear();
        firstFree.ifPresent(place -> store.readNextFrom(id, place));
    }

    /**
     * Only to the end of this queue: the same message in another client's has the same id.
     *
     * @return the first place whose mark was taken off
     */
    private static Optional<Long> goThrough(
            ClientQueuePersistenceImpl.Key key, Queue queue, QueueStore.Places places, List<Out> out) {
        Set<String> givenBack = new HashSet<>(queue.givenBack);
        int left = givenBack.size() + queue.acknowledged.size();
        Optional<Long> firstFree = Optional.empty();
        for (boolean more = places.goTo(key.getQueueId());
                more && left > 0 && places.queue().equals(key);
                more = places.next()) {
            Optional<PUBLISH> message = places.isInFlight() ? places.publish() : Optional.empty();
            if (message.isEmpty()) {
                continue;
            }
            String of = message.get().getUniqueId();
            if (queue.acknowledged.contains(of)) {
                out.add(new Out(places.isRetained(), message.get().getPublishId()));
                places.remove();
                left--;
            } else if (givenBack.remove(of)) {
                places.takeMarkOff(message.get());
                firstFree = firstFree.or(() -> Optional.of(places.number()));
                left--;
            }
        }
        return firstFree;
    }

    /** HiveMQ's own way again. */
    @Override
    public void close() throws ReflectiveOperationException {
        HiveMqInternals.set(queues, "localPersistence", persistence);
        ProducerQueues writers = HiveMqInternals.field(ProducerQueues.class, queues, "singleWriter");
        try {
            var unused = Futures.allAsList(shared.entrySet().stream()
                            .map(entry -> writers.submit(entry.getKey(), bucket -> {
                                settle(entry.getKey(), entry.getValue(), bucket);
                                return null;
                            }))
                            .toList())
                    .get(CLOSED_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("event=queue_not_settled reason=\"{}\"", e.toString()); // what is acknowledged is delivered again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
