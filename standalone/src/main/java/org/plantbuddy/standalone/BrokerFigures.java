package org.plantbuddy.standalone;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.stream.Collectors;
import org.plantbuddy.broker.EmbeddedBroker;

/** What the broker of this process denied, held back and queues: among the bridge's metrics, and from there in `status`. */
final class BrokerFigures {

    private BrokerFigures() {}

    static void measure(EmbeddedBroker broker, MeterRegistry meters) {
        for (String kind : broker.denials().keySet()) {
            FunctionCounter.builder(
                            "plantbuddy.broker.denied", broker, b -> b.denials().getOrDefault(kind, 0L))
                    .description("What clients asked for and did not get")
                    .tag("kind", kind)
                    .register(meters);
        }
        FunctionCounter.builder("plantbuddy.broker.held.messages", broker, EmbeddedBroker::heldMessages)
                .description("Messages that waited for their turn under a quota")
                .register(meters);
        FunctionCounter.builder("plantbuddy.broker.held.sign.ins", broker, EmbeddedBroker::heldSignIns)
                .description("Answers to failed sign-ins that were held back")
                .register(meters);
        Gauge.builder("plantbuddy.broker.queue.messages", broker, EmbeddedBroker::queuedForBridge)
                .description("Messages that wait for a bridge or for its acknowledgement")
                .register(meters);
    }

    /**
     * One line: what is queued, and what was denied since the start, by kind. Empty where the bridge does not know, since the
     * broker is a process of its own.
     */
    static String told(BridgeStatus bridge) {
        double queued = bridge.of("plantbuddy_broker_queue_messages");
        if (Double.isNaN(queued)) {
            return "";
        }
        String denied = bridge.by("kind", "plantbuddy_broker_denied").entrySet().stream()
                .filter(kind -> kind.getValue() > 0)
                .map(kind -> String.format(Locale.ROOT, "%s %.0f", kind.getKey(), kind.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT, "%.0f queued for the bridge; denied: %s", queued, denied.isEmpty() ? "nothing" : denied);
    }
}
