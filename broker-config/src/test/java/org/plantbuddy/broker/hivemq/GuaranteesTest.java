package org.plantbuddy.broker.hivemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.services.publish.Publish;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.extension.sdk.api.services.publish.PublishToClientResult;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.broker.hivemq.Guarantees.Action;
import org.plantbuddy.broker.hivemq.Guarantees.Guarantee;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** On a HiveMQ that was not tried, or looks different inside, nothing is promised in silence. */
class GuaranteesTest {

    private static final Config STRICT = Config.load(Map.of());
    private static final Config ACCEPTING = STRICT.with(Map.of(Key.BROKER_UNVERIFIED, "accept"));

    /** A HiveMQ whose classes have other names and fields. */
    private static final PublishService DIFFERENT = (PublishService) Proxy.newProxyInstance(
            PublishService.class.getClassLoader(),
            new Class<?>[] {PublishService.class},
            (proxy, method, arguments) -> {
                throw new UnsupportedOperationException();
            });

    @Test
    void versionThatWasNotTriedIsRefusedWithWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Guarantees.on("2099.1", STRICT))
                .withMessageContainingAll("HiveMQ 2099.1", "2025.5", "PLANTBUDDY_BROKER_UNVERIFIED=accept");
    }

    @Test
    void missingInternalIsRefusedWithWhatToDo() {
        Guarantees guarantees = Guarantees.on("2025.5", STRICT);
        assertThatIllegalStateException()
                .isThrownBy(() -> guarantees.with(Guarantee.QUEUE_BOUND, () -> QueueSize.of(DIFFERENT)))
                .withMessageContainingAll(
                        "looks different inside", "publishDistributor", "refused, not dropped", "accept");
        assertThatIllegalStateException()
                .isThrownBy(() -> guarantees.holds(Guarantee.CRASH_REPAIR, () -> QueueRepair.mend(DIFFERENT)));
        assertThatIllegalStateException()
                .isThrownBy(() -> guarantees.with(Guarantee.ONE_BRIDGE, () -> SharedInFlight.of(DIFFERENT)));
    }

    /** As an update does it that renames a class which is linked, not looked for by name. */
    @ParameterizedTest
    @CsvSource({
        "com.hivemq.persistence.clientqueue.ClientQueuePersistence, QUEUE_BOUND, refused",
        "com.hivemq.mqtt.message.publish.PUBLISH, CRASH_REPAIR, delivered again",
        "com.hivemq.persistence.clientqueue.ClientQueueXodusLocalPersistence, ONE_BRIDGE, one of several bridges",
        "com.hivemq.extensions.client.parameter.ConnectionAttributeStoreImpl, THROTTLE, read no further",
    })
    void renamedClassIsRefusedWithWhatToDo(String renamed, Guarantee guarantee, String meaning) throws Exception {
        Action reach = Class.forName(Reaching.class.getName(), true, new Without(renamed))
                .asSubclass(Action.class)
                .getDeclaredConstructor(String.class)
                .newInstance(guarantee.name());
        Guarantees guarantees = Guarantees.on("2025.5", STRICT);
        assertThatIllegalStateException()
                .isThrownBy(() -> guarantees.holds(guarantee, reach))
                .withMessageContainingAll(
                        "looks different inside", renamed.replace('.', '/'), meaning, "2025.5", "=accept");
    }

    /** Reaches into HiveMQ as the extension does. */
    public static final class Reaching implements Action {

        private final String guarantee;

        public Reaching(String guarantee) {
            this.guarantee = guarantee;
        }

        @Override
        public void run() throws ReflectiveOperationException {
            switch (guarantee) {
                case "QUEUE_BOUND" -> {
                    var unused = QueueSize.of(SIMILAR);
                }
                case "CRASH_REPAIR" -> QueueRepair.mend(SIMILAR);
                case "ONE_BRIDGE" -> {
                    var unused = SharedInFlight.of(SIMILAR);
                }
                default -> InboundThrottle.check();
            }
        }

        private static final PublishService SIMILAR = new Similar(new Distributor(queues()));

        private static Object queues() {
            try {
                ClassLoader whole = Objects.requireNonNull(Action.class.getClassLoader());
                Class<?> type = whole.loadClass("com.hivemq.persistence.clientqueue.ClientQueuePersistence");
                return Proxy.newProxyInstance(whole, new Class<?>[] {type}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException();
                });
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Has the fields that are looked for. */
    record Distributor(Object clientQueuePersistence) {}

    /** The same. */
    record Similar(Object publishDistributor) implements PublishService {
        @Override
        public CompletableFuture<Void> publish(Publish publish) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<PublishToClientResult> publishToClient(Publish publish, String clientId) {
            throw new UnsupportedOperationException();
        }
    }

    /** Loads the classes that reach into HiveMQ anew, and does not find one of HiveMQ's. */
    private static final class Without extends ClassLoader {

        private static final String HERE = GuaranteesTest.class.getPackageName() + ".";

        private final String missing;

        Without(String missing) {
            super(GuaranteesTest.class.getClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(missing)) {
                throw new ClassNotFoundException(name);
            }
            boolean isShared = !name.startsWith(HERE) || name.startsWith(HERE + "Guarantees$");
            synchronized (getClassLoadingLock(name)) {
                return isShared || findLoadedClass(name) != null ? super.loadClass(name, resolve) : anew(name);
            }
        }

        private Class<?> anew(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = Objects.requireNonNull(in).readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void whatIsAcceptedIsToldAsMissing() {
        Guarantees guarantees = Guarantees.on("2025.5", ACCEPTING);
        assertThat(guarantees.with(Guarantee.QUEUE_BOUND, () -> QueueSize.of(DIFFERENT)))
                .isEmpty();
        assertThat(guarantees.holds(Guarantee.THROTTLE, InboundThrottle::check)).isTrue();
        assertThat(guarantees.missing()).containsExactly("queue-bound");
        MetricRegistry metrics = new MetricRegistry();
        guarantees.measure(metrics);
        assertThat(metrics.getGauges())
                .hasEntrySatisfying(
                        Guarantees.METRICS + "queue-bound",
                        gauge -> assertThat(gauge.getValue()).isEqualTo(0))
                .hasEntrySatisfying(
                        Guarantees.METRICS + "throttle",
                        gauge -> assertThat(gauge.getValue()).isEqualTo(1));
    }

    @Test
    void nothingChangesTheFilesOfAVersionThatWasNotTried() {
        AtomicBoolean changed = new AtomicBoolean();
        Guarantees guarantees = Guarantees.on("2099.1", ACCEPTING);
        assertThat(guarantees.holds(Guarantee.CRASH_REPAIR, () -> changed.set(true)))
                .isFalse();
        assertThat(guarantees.holds(Guarantee.ONE_BRIDGE, () -> changed.set(true)))
                .isFalse();
        assertThat(changed).isFalse();
        assertThat(guarantees.holds(Guarantee.THROTTLE, InboundThrottle::check)).isTrue();
        assertThat(guarantees.missing()).containsExactly("crash-repair", "one-bridge");
    }

    @Test
    void anotherWordThanAcceptIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Guarantees.on("2025.5", STRICT.with(Map.of(Key.BROKER_UNVERIFIED, "yes"))))
                .withMessage("PLANTBUDDY_BROKER_UNVERIFIED=yes must be 'accept' or not set");
    }
}
