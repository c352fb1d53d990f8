package org.plantbuddy.broker.hivemq;

import com.hivemq.configuration.service.MqttConfigurationService;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import java.util.concurrent.Future;
import org.plantbuddy.topic.Topics;

/** The size of the bridges' queue. Neither the extension SDK nor a metric tells it, so HiveMQ is asked inside; see decision 0071. */
public interface QueueSize {

    /** How many messages the queue holds now, those on their way to a bridge among them. */
    Future<Integer> ask();

    /** How many it has room for. */
    long most();

    /**
     * As HiveMQ CE knows it.
     *
     * @throws ReflectiveOperationException on a HiveMQ that looks different inside
     */
    static QueueSize of(PublishService publishService) throws ReflectiveOperationException {
        ClientQueuePersistence queues = HiveMqInternals.queues(publishService);
        QueueSize size = new OfBridges(queues, most(queues));
        var unused = size.ask(); // throws now rather than at each look
        return size;
    }

    /** How many messages each queue has room for. */
    static long most(ClientQueuePersistence queues) throws ReflectiveOperationException {
        return HiveMqInternals.field(MqttConfigurationService.class, queues, "mqttConfigurationService")
                .maxQueuedMessages();
    }

    /** HiveMQ names a shared queue by what follows {@code $share/}. */
    record OfBridges(ClientQueuePersistence queues, long most) implements QueueSize {

        static final String QUEUE = Topics.BRIDGE_SUBSCRIPTION.substring("$share/".length());

        @Override
        public Future<Integer> ask() {
            return queues.size(QUEUE, /* shared */ true);
        }
    }
}
