package org.plantbuddy.broker;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back to the bridges what the broker had handed to one when it crashed.
 *
 * <p>HiveMQ CE marks a message of a shared queue as in flight, on disk, while a client has it, and takes the mark off when that
 * client goes. A broker that is killed does not see it go: the mark stays, and nobody ever gets the message. See decision
 * 0076.
 */
final class AfterCrash {

    private static final Logger log = LoggerFactory.getLogger(AfterCrash.class);

    /** HiveMQ names a shared queue by what follows {@code $share/}. */
    private static final String QUEUE = Topics.BRIDGE_SUBSCRIPTION.substring("$share/".length());

    private static final int AT_ONCE = 1_000;
    private static final long PATIENCE_SECONDS = 60;

    private final Object localPersistence;
    private final Method readInFlight;
    private final Method removeMark;

    private AfterCrash(Object localPersistence) throws NoSuchMethodException {
        this.localPersistence = localPersistence;
        Class<?> type = localPersistence.getClass();
        readInFlight = accessible(
                type.getMethod("readInflight", String.class, boolean.class, int.class, long.class, int.class));
        removeMark = accessible(type.getMethod("removeInFlightMarker", String.class, String.class, int.class));
    }

    /**
     * Takes the marks off. To be called before any bridge can connect: then nothing can be in flight.
     *
     * @return how many messages had one; on a HiveMQ that looks different inside none, and a warning is logged
     */
    static int handBack(PublishService publishService) {
        try {
            Object queues = HiveMqQueue.field(
                    HiveMqQueue.field(publishService, "publishDistributor"), "clientQueuePersistence");
            AfterCrash afterCrash = new AfterCrash(HiveMqQueue.field(queues, "localPersistence"));
            int handedBack = afterCrash.onWriterThread(HiveMqQueue.field(queues, "singleWriter"));
            if (handedBack > 0) {
                log.warn("afterCrash=handed-back readings={} to=bridges", handedBack);
            }
            return handedBack;
        } catch (ReflectiveOperationException | ExecutionException | TimeoutException | RuntimeException e) {
            log.warn(
                    "afterCrash=unknown, what a bridge had when this broker crashed may stay in it; cause={}",
                    e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    /** HiveMQ touches a queue on one thread only, which is handed tasks. */
    private int onWriterThread(Object singleWriter)
            throws ReflectiveOperationException, InterruptedException, ExecutionException, TimeoutException {
        Method submit = Arrays.stream(singleWriter.getClass().getMethods())
                .filter(method -> method.getName().equals("submit")
                        && method.getParameterCount() == 2
                        && method.getParameterTypes()[0] == String.class)
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException("submit"));
        Class<?> task = submit.getParameterTypes()[1];
        Object handBack = Proxy.newProxyInstance(
                task.getClassLoader(),
                new Class<?>[] {task},
                (proxy, method, arguments) -> method.getName().equals("doTask")
                        ? handBack((int) arguments[0])
                        : method.invoke(this, arguments));
        Future<?> done = (Future<?>) accessible(submit).invoke(singleWriter, QUEUE, handBack);
        return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS) instanceof Integer count ? count : 0;
    }

    private int handBack(int bucket) throws ReflectiveOperationException {
        int handedBack = 0;
        while (true) {
            List<?> inFlight =
                    (List<?>) readInFlight.invoke(localPersistence, QUEUE, true, AT_ONCE, Long.MAX_VALUE, bucket);
            if (inFlight.isEmpty()) {
                return handedBack;
            }
            for (Object message : inFlight) {
                Method uniqueId = accessible(message.getClass().getMethod("getUniqueId"));
                removeMark.invoke(localPersistence, QUEUE, uniqueId.invoke(message), bucket);
                handedBack++;
            }
        }
    }

    private static Method accessible(Method method) {
        method.setAccessible(true);
        return method;
    }
}
