package org.plantbuddy.broker;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.hivemq.Guarantees;
import org.plantbuddy.broker.hivemq.Guarantees.Guarantee;

/** What of HiveMQ's own registry, where the extension counts too, is told under names of Plant Buddy. */
final class BrokerMetrics {

    private static final String CONNECTIONS = "com.hivemq.networking.connections.current";
    private static final String SESSIONS = "com.hivemq.sessions.overall.current";
    private static final String DROPPED = "com.hivemq.messages.dropped.count";

    private BrokerMetrics() {}

    static void measure(MetricRegistry hivemq, MeterRegistry meters) {
        for (Denial denial : Denial.values()) {
            counter("plantbuddy.broker.denied", hivemq, Denials.METRICS + denial.label())
                    .description("What clients asked for and did not get")
                    .tag("kind", denial.label())
                    .register(meters);
        }
        counter("plantbuddy.broker.held.messages", hivemq, Denials.HELD)
                .description("Messages that waited for their turn under a quota")
                .register(meters);
        counter("plantbuddy.broker.held.sign.ins", hivemq, Denials.SLOWED)
                .description("Answers to failed sign-ins that were held back")
                .register(meters);
        counter("plantbuddy.broker.dropped.messages", hivemq, DROPPED)
                .description("Messages that HiveMQ dropped")
                .register(meters);
        gauge("plantbuddy.broker.queue.messages", hivemq, PlantBuddyExtension.QUEUED)
                .description("Messages that wait for a bridge or for its acknowledgement")
                .register(meters);
        gauge("plantbuddy.broker.connections", hivemq, CONNECTIONS)
                .description("Connections, those before sign-in among them")
                .register(meters);
        gauge("plantbuddy.broker.sessions", hivemq, SESSIONS)
                .description("Sessions, of clients that are connected or away")
                .register(meters);
        for (Guarantee guarantee : Guarantee.values()) {
            gauge("plantbuddy.broker.guarantee", hivemq, Guarantees.METRICS + guarantee.label())
                    .description("1 where a guarantee holds, 0 on a HiveMQ where it does not")
                    .tag("guarantee", guarantee.label())
                    .register(meters);
        }
    }

    private static FunctionCounter.Builder<MetricRegistry> counter(String name, MetricRegistry hivemq, String metric) {
        return FunctionCounter.builder(name, hivemq, registry -> count(registry, metric));
    }

    private static io.micrometer.core.instrument.Gauge.Builder<MetricRegistry> gauge(
            String name, MetricRegistry hivemq, String metric) {
        return io.micrometer.core.instrument.Gauge.builder(name, hivemq, registry -> value(registry, metric));
    }

    /** 0 before something counts. */
    static long count(MetricRegistry hivemq, String metric) {
        @Nullable Counter counter = hivemq.getCounters().get(metric);
        return counter == null ? 0 : counter.getCount();
    }

    /** NaN where nobody knows it. */
    static double value(MetricRegistry hivemq, String metric) {
        @Nullable Gauge<?> gauge = hivemq.getGauges().get(metric);
        return gauge != null && gauge.getValue() instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
