package org.plantbuddy.broker.hivemq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
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
