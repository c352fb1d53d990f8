package org.plantbuddy.broker.hivemq;

import com.google.common.collect.ImmutableList;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.persistence.clientqueue.ClientQueueLocalPersistence;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    private final Object queues;
    private final Object persistence;
    private final QueueStore store;
    private final Map<String, Queue> shared = new ConcurrentHashMap<>();

    /** Of one shared queue, by HiveMQ's id of a message. Touched by the queue's own thread only. */
    private static final class Queue {
        private final Set<String> inFlight = new HashSet<>();
        private final Set<String> givenBack = new HashSet<>();

        /** Its mark is taken off before the next message is given out. */
        @Nullable
        Object giveBack(String message) {
            inFlight.remove(message);
            givenBack.add(message);
            return null;
        }
    }

    private SharedInFlight(Object queues) throws ReflectiveOperationException {
        this.queues = queues;
        persistence = HiveMqInternals.field(queues, "localPersistence");
        store = new QueueStore(persistence);
    }

    /**
     * Takes its place. To be called before anyone can connect.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside, or keeps its queues in memory
     */
    public static SharedInFlight of(PublishService publishService) throws ReflectiveOperationException {
        Object queues = HiveMqInternals.field(
                HiveMqInternals.field(publishService, "publishDistributor"), "clientQueuePersistence");
        SharedInFlight inFlight = new SharedInFlight(queues);
        Object before = Proxy.newProxyInstance(
                ClientQueueLocalPersistence.class.getClassLoader(),
                new Class<?>[] {ClientQueueLocalPersistence.class},
                inFlight);
        HiveMqInternals.set(queues, "localPersistence", before);
        return inFlight;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        return arguments == null ? pass(method) : call(method, arguments);
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        String id = arguments[0] instanceof String text ? text : "";
        return switch (method.getName()) {
            case "readNew" -> (boolean) arguments[1] ? readShared(id, method, arguments) : pass(method, arguments);
            case "removeInFlightMarker" -> queue(id).giveBack((String) arguments[1]);
            case "removeShared" -> {
                queue(id).inFlight.remove(arguments[1]);
                yield pass(method, arguments);
            }
            case "clear" -> {
                shared.remove(id);
                yield pass(method, arguments);
            }
            default -> pass(method, arguments);
        };
    }

    private Queue queue(String id) {
        return shared.computeIfAbsent(id, unknown -> new Queue());
    }

    private @Nullable Object pass(Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(persistence, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** What is read may be in flight already: it is passed over. */
    private ImmutableList<?> readShared(String id, Method method, Object[] arguments) throws Throwable {
        Queue queue = queue(id);
        if (!queue.givenBack.isEmpty()) {
            takeMarksOff(id, queue, (int) arguments[arguments.length - 1]);
        }
        while (true) {
            ImmutableList<PUBLISH> read = read(method, arguments);
            ImmutableList<PUBLISH> free =
                    read.stream().filter(message -> isFree(message, queue)).collect(ImmutableList.toImmutableList());
            if (!free.isEmpty() || read.isEmpty()) {
                return free;
            }
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // as ClientQueueLocalPersistence.readNew says
    private ImmutableList<PUBLISH> read(Method method, Object[] arguments) throws Throwable {
        return (ImmutableList<PUBLISH>) pass(method, arguments);
    }

    /** A message of QoS 0 is out of the queue as soon as it is read. */
    private static boolean isFree(PUBLISH message, Queue queue) {
        return message.getQoS() == QoS.AT_MOST_ONCE || queue.inFlight.add(message.getUniqueId());
    }

    /** All of them on one way through the front of the queue. What is not found has left it. */
    private void takeMarksOff(String id, Queue queue, int bucket) throws ReflectiveOperationException {
        Optional<Long> first = store.change(bucket, places -> {
            Set<String> left = new HashSet<>(queue.givenBack);
            Optional<Long> lowest = Optional.empty();
            for (boolean more = places.goTo(id); more && !left.isEmpty(); more = places.next()) {
                if (places.isInFlight() && left.remove(places.message().id())) {
                    places.takeMarkOff();
                    lowest = lowest.isPresent() ? lowest : Optional.of(places.number());
                }
            }
            return lowest;
        });
        queue.givenBack.clear();
        if (first.isPresent()) {
            HiveMqInternals.call(
                    persistence, "decrementSharedSubscriptionIndexFirstMessageWithoutPacketId", id, first.get());
        }
    }

    /** HiveMQ's own way again. */
    @Override
    public void close() throws ReflectiveOperationException {
        HiveMqInternals.set(queues, "localPersistence", persistence);
    }
}
