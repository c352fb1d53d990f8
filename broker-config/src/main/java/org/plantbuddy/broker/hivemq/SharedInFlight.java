package org.plantbuddy.broker.hivemq;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.persistence.clientqueue.ClientQueueLocalPersistence;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives a message of a shared queue to one client at a time; see decision 0195. Stands before the store of HiveMQ CE's queues,
 * which is called on one thread for each queue.
 *
 * <p>HiveMQ marks a message as in flight when a client has it. When a client goes, HiveMQ takes each of its marks off by itself,
 * looking for it from the front of the queue, and from then on gives out what is behind the mark, in flight or not. So
 * others' messages go out a second time, and are looked for a second time, through the whole queue, when they are acknowledged
 * again: minutes for some ten thousand messages, in which the broker does nothing else.
 */
public final class SharedInFlight implements InvocationHandler, AutoCloseable {

    private static final List<String> WATCHED = List.of("readNew", "removeInFlightMarker", "removeShared", "clear");

    private final ClientQueuePersistence queues;
    private final ClientQueueXodusLocalPersistence persistence;
    private final QueueStore store;
    private final Map<String, Queue> shared = new ConcurrentHashMap<>();

    /** Of one shared queue, by HiveMQ's id of a message. Touched by the queue's own thread only. */
    private static final class Queue {
        private final Set<String> inFlight = new HashSet<>();
        private final Set<String> givenBack = new HashSet<>();
    }

    private SharedInFlight(ClientQueuePersistence queues) throws ReflectiveOperationException {
        this.queues = queues;
        persistence = HiveMqInternals.field(ClientQueueXodusLocalPersistence.class, queues, "localPersistence");
        store = new QueueStore(persistence);
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
            case "removeShared" -> queue(id).inFlight.remove(arguments[1]);
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

    /** What is read may be in flight already: it is passed over. */
    private ImmutableList<PUBLISH> readShared(String id, ImmutableIntArray packetIds, long bytes, int bucket) {
        Queue queue = queue(id);
        if (!queue.givenBack.isEmpty()) {
            takeMarksOff(id, queue, bucket);
        }
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

    /** All of them on one way through the front of the queue. What is not found has left it. */
    private void takeMarksOff(String id, Queue queue, int bucket) {
        Optional<Long> first = store.change(bucket, places -> {
            Set<String> left = new HashSet<>(queue.givenBack);
            Optional<Long> lowest = Optional.empty();
            for (boolean more = places.goTo(id); more && !left.isEmpty(); more = places.next()) {
                Optional<PUBLISH> message = places.isInFlight() ? places.publish() : Optional.empty();
                if (message.filter(of -> left.remove(of.getUniqueId())).isPresent()) {
                    places.takeMarkOff(message.get());
                    lowest = lowest.isPresent() ? lowest : Optional.of(places.number());
                }
            }
            return lowest;
        });
        queue.givenBack.clear();
        first.ifPresent(place -> store.readNextFrom(id, place));
    }

    /** HiveMQ's own way again. */
    @Override
    public void close() throws ReflectiveOperationException {
        HiveMqInternals.set(queues, "localPersistence", persistence);
    }
}
