package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.Method;
import java.util.concurrent.Future;
import org.plantbuddy.topic.Topics;

/** Read by name from HiveMQ CE. */
final class HiveMqQueueSize implements QueueSize {

    /** HiveMQ names a shared queue by what follows {@code $share/}. */
    private static final String QUEUE = Topics.BRIDGE_SUBSCRIPTION.substring("$share/".length());

    private final Object persistence;
    private final Method size;
    private final long most;

    private HiveMqQueueSize(Object persistence, Method size, long most) {
        this.persistence = persistence;
        this.size = size;
        this.most = most;
    }

    static QueueSize of(PublishService publishService) throws ReflectiveOperationException {
        Object distributor = HiveMqInternals.field(publishService, "publishDistributor");
        Object configuration = HiveMqInternals.field(distributor, "mqttConfigurationService");
        Object persistence = HiveMqInternals.field(distributor, "clientQueuePersistence");
        Method size = HiveMqInternals.method(persistence.getClass(), "size", 2);
        long most = HiveMqInternals.get(Long.class, configuration, "maxQueuedMessages");
        HiveMqQueueSize queue = new HiveMqQueueSize(persistence, size, most);
        var unused = queue.ask(); // throws now rather than at each look
        return queue;
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
