package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.persistence.ProducerQueues;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import com.hivemq.persistence.local.xodus.bucket.Bucket;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.hivemq.HiveMqInternals;
import org.plantbuddy.broker.hivemq.QueueRepair;
import org.plantbuddy.broker.hivemq.SharedInFlight;
import org.plantbuddy.topic.Topics;

/** The repair of the queue after a crash is through before anyone is let in, or nobody is. */
class QueueRepairIT {

    private static TestBroker broker;
    private static PublishService service;
    private final CountDownLatch writing = new CountDownLatch(1);

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        broker = new TestBroker(data);
        service = Services.publishService();
        SharedInFlight since = (SharedInFlight)
                Proxy.getInvocationHandler(HiveMqInternals.field(Object.class, queues(), "localPersistence"));
        since.close(); // the repair is before it
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @AfterEach
    void writeOn() {
        writing.countDown();
    }

    @Test
    void repairThatTakesTooLongRefusesToStart() throws Exception {
        keepTheWritersBusy();
        assertThatThrownBy(() -> QueueRepair.mend(service, Duration.ofMillis(50)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("took longer")
                .hasMessageContaining("start the broker again");
    }

    @Test
    void repairThatIsInterruptedRefusesToStartAndStaysInterrupted() throws Exception {
        keepTheWritersBusy();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> QueueRepair.mend(service, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void repairWithNothingToDoIsThroughInTime() {
        assertThatCode(() -> QueueRepair.mend(service, Duration.ofMinutes(1))).doesNotThrowAnyException();
    }

    @Test
    void repairThatWasGivenUpTakesNothingFromABridgeThatIsLetInMeanwhile() throws Exception {
        try (Paho bridge = broker.bridge().withoutAcknowledging().connect();
                Paho board = broker.board().connect()) {
            assertThat(bridge.subscribe(Topics.BRIDGE_SUBSCRIPTION)).isEqualTo(1);
            assertThat(board.publish("plantbuddy/rick/01/light", "36")).isZero();
            await().atMost(Duration.ofSeconds(60)).until(() -> !bridge.received.isEmpty());
            assertThat(inFlight()).isEqualTo(1);
            keepTheWritersBusy();
            assertThatThrownBy(() -> QueueRepair.mend(service, Duration.ofMillis(50)))
                    .hasMessageContaining("took longer");
            writing.countDown();
            for (Future<?> through : onWriterThreads(() -> {})) { // behind the repair
                through.get();
            }
            assertThat(inFlight()).isEqualTo(1);
            QueueRepair.mend(service, Duration.ofMinutes(1));
            assertThat(inFlight()).as("after a repair in time").isZero();
        }
    }

    private static ClientQueuePersistence queues() throws ReflectiveOperationException {
        return HiveMqInternals.queues(service);
    }

    /** As a queue of millions does. */
    private void keepTheWritersBusy() throws Exception {
        var unused = onWriterThreads(() -> {
            try {
                writing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static List<ListenableFuture<Integer>> onWriterThreads(Runnable work) throws Exception {
        return HiveMqInternals.field(ProducerQueues.class, queues(), "singleWriter")
                .submitToAllBucketsParallel(bucket -> {
                    work.run();
                    return bucket;
                });
    }

    /** Messages of all queues that are marked so on disk. */
    private static int inFlight() throws Exception {
        Object persistence = HiveMqInternals.field(Object.class, queues(), "localPersistence");
        Object serializer = HiveMqInternals.field(Object.class, persistence, "serializer");
        Method packetId = serializer.getClass().getDeclaredMethod("deserializePacketId", ByteIterable.class);
        packetId.setAccessible(true);
        int marked = 0;
        for (Bucket bucket : HiveMqInternals.field(Bucket[].class, persistence, "buckets")) {
            for (ByteIterable value : valuesOf(bucket)) {
                marked += (int) packetId.invoke(serializer, value) == 0 ? 0 : 1;
            }
        }
        return marked;
    }

    private static List<ByteIterable> valuesOf(Bucket bucket) {
        return bucket.getEnvironment().computeInReadonlyTransaction(transaction -> {
            List<ByteIterable> values = new ArrayList<>();
            try (Cursor cursor = bucket.getStore().openCursor(transaction)) {
                while (cursor.getNext()) {
                    values.add(new ArrayByteIterable(cursor.getValue()));
                }
            }
            return values;
        });
    }
}
