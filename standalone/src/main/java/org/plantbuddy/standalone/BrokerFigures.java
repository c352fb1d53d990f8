package org.plantbuddy.standalone;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.plantbuddy.broker.EmbeddedBroker;

/** What the broker of this process denied, held back and queues: among the bridge's metrics, and from there in `status`. */
final class BrokerFigures {

    private static final Pattern DENIED =
            Pattern.compile("^plantbuddy_broker_denied_total\\{kind=\"([a-z-]+)\"} (\\S+)$", Pattern.MULTILINE);
    private static final Pattern QUEUED =
            Pattern.compile("^plantbuddy_broker_queue_messages (\\S+)$", Pattern.MULTILINE);

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
     *
     * @param metrics as the bridge shows them
     */
    static String told(String metrics) {
        if (!QUEUED.matcher(metrics).find()) {
            return "";
        }
        List<String> denied = new ArrayList<>();
        for (MatchResult kind : DENIED.matcher(metrics).results().toList()) {
            long count = (long) Double.parseDouble(kind.group(2));
            if (count > 0) {
                denied.add(kind.group(1) + " " + count);
            }
        }
        long queued = QUEUED.matcher(metrics)
                .results()
                .mapToLong(gauge -> (long) Double.parseDouble(gauge.group(1)))
                .sum();
        return queued + " queued for the bridge; denied: " + (denied.isEmpty() ? "nothing" : String.join(", ", denied));
    }
}
