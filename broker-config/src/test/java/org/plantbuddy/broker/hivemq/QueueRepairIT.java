package org.plantbuddy.broker.hivemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.EmbeddedBroker;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The repair of the queue after a crash is through before anyone is let in, or nobody is. */
class QueueRepairIT {

    private static EmbeddedBroker broker;
    private static PublishService service;
    private final CountDownLatch writing = new CountDownLatch(1);

    @BeforeAll
    static void start(@TempDir Path data) throws Exception {
        broker = EmbeddedBroker.start(Config.load(Map.of())
                .with(Map.of(
                        Key.DATA, data.toString(),
                        Key.MQTT_BIND, "127.0.0.1",
                        Key.MQTT_PORT, "0",
                        Key.MQTT_WEBSOCKET_PORT, "0")));
        service = Services.publishService();
        SharedInFlight since =
                (SharedInFlight) Proxy.getInvocationHandler(HiveMqInternals.field(queues(), "localPersistence"));
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

    private static Object queues() throws ReflectiveOperationException {
        return HiveMqInternals.field(HiveMqInternals.field(service, "publishDistributor"), "clientQueuePersistence");
    }

    /** As a queue of millions does. */
    private void keepTheWritersBusy() throws Exception {
        Object writers = HiveMqInternals.field(queues(), "singleWriter");
        Method submit = HiveMqInternals.method(writers.getClass(), "submitToAllBucketsParallel", 1);
        Class<?> task = submit.getParameterTypes()[0];
        Object wait =
                Proxy.newProxyInstance(task.getClassLoader(), new Class<?>[] {task}, (proxy, method, arguments) -> {
                    writing.await();
                    return null;
                });
        var unused = submit.invoke(writers, wait);
    }
}
