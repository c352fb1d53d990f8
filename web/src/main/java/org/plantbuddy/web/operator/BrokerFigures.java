package org.plantbuddy.web.operator;

import java.util.Locale;
import java.util.stream.Collectors;

/** What the broker of this process denied and queues, in {@code status}. */
final class BrokerFigures {

    private BrokerFigures() {}

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
