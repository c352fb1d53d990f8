package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    private static final Logger log = LoggerFactory.getLogger(QueueRepair.class);

    /** More than the messages that can have been on their way at once. */
    private static final long NUMBERS_LEFT_OUT = 1L << 32;

    /** Places so near the last one of all queues may be half written. */
    private static final long LAST_PLACES = 10_000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Object persistence;
    private final Object payloads;
    private final QueueStore store;
    private final long lastPlaces;
    private volatile boolean givenUp;

    /** What was mended, in messages. */
    private record Mended(int handedBack, int halfWritten) {

        Mended and(Mended more) {
            return new Mended(handedBack + more.handedBack, halfWritten + more.halfWritten);
        }
    }

    private QueueRepair(Object persistence) throws ReflectiveOperationException {
        this.persistence = persistence;
        payloads = HiveMqInternals.field(persistence, "payloadPersistence");
        store = new QueueStore(persistence);
        lastPlaces = store.nextNumber() - LAST_PLACES;
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
        try {
            leaveNumbersOut(publishService);
            Object queues = HiveMqInternals.field(
                    HiveMqInternals.field(publishService, "publishDistributor"), "clientQueuePersistence");
            QueueRepair afterCrash = new QueueRepair(HiveMqInternals.field(queues, "localPersistence"));
            Mended mended = afterCrash.onWriterThreads(HiveMqInternals.field(queues, "singleWriter"), patience);
            if (mended.handedBack > 0 || mended.halfWritten > 0) {
                log.warn(
                        "afterCrash=mended handedBack={} halfWritten={}; no reading that was acknowledged is lost",
                        mended.handedBack,
                        mended.halfWritten);
            }
        } catch (InvocationTargetException e) {
            throw notMended(String.valueOf(e.getTargetException()), e);
        } catch (RuntimeException e) {
            throw new ReflectiveOperationException(e);
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

    private static void leaveNumbersOut(PublishService publishService) throws ReflectiveOperationException {
        Class<?> publish = Class.forName(
                "com.hivemq.mqtt.message.publish.PUBLISH",
                true,
                publishService.getClass().getClassLoader());
        ((AtomicLong) publish.getField("PUBLISH_COUNTER").get(null)).addAndGet(NUMBERS_LEFT_OUT);
    }

    /** HiveMQ touches a queue on one thread only, which is handed tasks. */
    private Mended onWriterThreads(Object singleWriter, Duration patience)
            throws ReflectiveOperationException, InterruptedException, TimeoutException {
        Method submit = HiveMqInternals.method(singleWriter.getClass(), "submitToAllBucketsParallel", 1);
        Class<?> task = submit.getParameterTypes()[0];
        Object mend = Proxy.newProxyInstance(
                task.getClassLoader(),
                new Class<?>[] {task},
                (proxy, method, arguments) ->
                        method.getName().equals("doTask") ? mend((int) arguments[0]) : method.invoke(this, arguments));
        List<?> all = (List<?>) submit.invoke(singleWriter, mend);
        try {
            return outcome(all, System.nanoTime() + patience.toNanos());
        } finally {
            givenUp = true;
        }
    }

    /** Waits for all of them, also when one fails. */
    private static Mended outcome(List<?> all, long until)
            throws ReflectiveOperationException, InterruptedException, TimeoutException {
        Mended mended = new Mended(0, 0);
        Optional<ReflectiveOperationException> failure = Optional.empty();
        for (Object done : all) {
            try {
                long left = Math.max(0, until - System.nanoTime());
                mended = mended.and((Mended) ((Future<?>) done).get(left, TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                failure = Optional.of(failure(e));
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return mended;
    }

    /** What HiveMQ itself could not do is an {@link InvocationTargetException}; the others tell that it looks different. */
    private static ReflectiveOperationException failure(ExecutionException e) {
        Throwable cause = e.getCause() instanceof UndeclaredThrowableException proxy ? proxy.getCause() : e.getCause();
        return cause instanceof ReflectiveOperationException different
                ? different
                : cause instanceof RuntimeException
                        ? new ReflectiveOperationException(cause)
                        : new InvocationTargetException(cause);
    }

    /** One bucket of HiveMQ's: it keeps some of the queues. */
    private Mended mend(int bucket) throws ReflectiveOperationException {
        List<QueueStore.Message> halfWritten = new ArrayList<>();
        int handedBack = store.change(bucket, places -> goThrough(places, halfWritten));
        for (QueueStore.Message message : halfWritten) {
            countOut("getOrPutQueueSize", message, bucket);
            if (message.retained()) {
                countOut("getOrPutRetainedQueueSize", message, bucket);
            }
            HiveMqInternals.call(payloads, "decrementReferenceCounter", message.number());
        }
        return new Mended(handedBack, halfWritten.size());
    }

    private void countOut(String counter, QueueStore.Message message, int bucket) throws ReflectiveOperationException {
        HiveMqInternals.get(AtomicInteger.class, persistence, counter, message.queue(), bucket)
                .decrementAndGet();
    }

    /** Changes what is to be changed on the way: HiveMQ itself would look for each from the front of its queue. */
    private int goThrough(QueueStore.Places places, List<QueueStore.Message> halfWritten)
            throws ReflectiveOperationException {
        int handedBack = 0;
        while (places.next()) {
            if (givenUp) {
                throw new IllegalStateException("given up"); // nothing is committed
            }
            boolean mayBeHalfWritten = places.number() >= lastPlaces;
            if (places.isInFlight() || mayBeHalfWritten) {
                QueueStore.Message message = places.message();
                if (mayBeHalfWritten
                        && message.isPublish()
                        && HiveMqInternals.call(payloads, "get", message.number()) == null) {
                    places.remove();
                    halfWritten.add(message);
                } else if (places.isInFlight() && message.isShared()) {
                    places.takeMarkOff();
                    handedBack++;
                }
            }
        }
        return handedBack;
    }
}
