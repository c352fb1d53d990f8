package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.Future;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size of the bridges' queue as HiveMQ CE knows it. Neither the extension SDK nor a metric tells it, so it is read from
 * inside; see decision 0071.
 */
final class HiveMqQueue implements BridgeQueue.Size {

    private static final Logger log = LoggerFactory.getLogger(HiveMqQueue.class);

    /** HiveMQ names a shared queue by what follows {@code $share/}. */
    private static final String QUEUE = Topics.BRIDGE_SUBSCRIPTION.substring("$share/".length());

    private final Object persistence;
    private final Method size;
    private final long most;

    private HiveMqQueue(Object persistence, Method size, long most) {
        this.persistence = persistence;
        this.size = size;
        this.most = most;
    }

    /** Empty on a HiveMQ that looks different inside. */
    static Optional<BridgeQueue.Size> in(PublishService publishService) {
        try {
            Object distributor = Inside.field(publishService, "publishDistributor");
            Object configuration = Inside.field(distributor, "mqttConfigurationService");
            Object persistence = Inside.field(distributor, "clientQueuePersistence");
            Method size = Inside.method(persistence.getClass(), "size", 2);
            long most = Inside.get(Long.class, configuration, "maxQueuedMessages");
            HiveMqQueue queue = new HiveMqQueue(persistence, size, most);
            var unused = queue.ask(); // throws now rather than at each look
            return Optional.of(queue);
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("bridgeQueue=unknown, readings are taken until the broker drops them; cause={}", e.toString());
            return Optional.empty();
        }
    }

    @Override
    @SuppressWarnings("unchecked") // Future<Integer> is what ClientQueuePersistence.size returns
    public Future<Integer> ask() {
        try {
            return (Future<Integer>) size.invoke(persistence, QUEUE, true);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the broker does not tell the size of the bridges' queue", e);
        }
    }

    @Override
    public long most() {
        return most;
    }
}
