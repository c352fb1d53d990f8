package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.util.concurrent.Future;

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
        return HiveMqQueueSize.of(publishService);
    }
}
