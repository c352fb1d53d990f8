package org.plantbuddy.broker.access;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.process.FewLines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every denial: counted by kind; logged, a few of each kind in ten seconds, as whoever is turned away a thousand times a second
 * must not fill the log with it; and noted for its owner. Thread-safe.
 */
public final class Denials {

    /** Metric names start so, in the broker's registry. */
    public static final String METRICS = "org.plantbuddy.denied.";

    /** Counts messages that waited for their turn under a quota. */
    public static final String HELD = "org.plantbuddy.held.messages";

    /** Counts answers to failed sign-ins that were held back. */
    public static final String SLOWED = "org.plantbuddy.held.sign-ins";

    private static final Logger log = LoggerFactory.getLogger(Denials.class);
    private static final int SHOWN = 160;

    private final MetricRegistry metrics;
    private final InstantSource clock;
    private final DenialBook book;
    private final Map<Denial, FewLines> lines = new EnumMap<>(Denial.class);

    public Denials(MetricRegistry metrics, InstantSource clock, DenialBook book) {
        this.metrics = metrics;
        this.clock = clock;
        this.book = book;
        for (Denial denial : Denial.values()) {
            lines.put(denial, new FewLines());
            metrics.counter(METRICS + denial.label());
        }
        metrics.counter(HELD);
        metrics.counter(SLOWED);
    }

    /** A message waits for its turn under a quota. */
    public void held() {
        metrics.counter(HELD).inc();
    }

    /** The answer to a failed sign-in is held back. */
    public void slowed() {
        metrics.counter(SLOWED).inc();
    }

    /** Of a client that has signed in, or, where the kind says so, of one that came with a name. */
    public void add(Denial denial, String clientId, String address, String reason) {
        add(new Denied(denial, reason), ClientIds.owner(clientId), clientId, address, Optional.empty());
    }

    /**
     * The same where the client id does not tell, or there was a message.
     *
     * @param owner who is told; empty where nobody is known to be it
     */
    public void add(
            Denied denied,
            Optional<Principal> owner,
            String clientId,
            String address,
            Optional<PublishPacket> message) {
        Denial denial = denied.denial();
        metrics.counter(METRICS + denial.label()).inc();
        book.note(denied, owner, message, clock.instant());
        if (lines.getOrDefault(denial, new FewLines()).another(clock.millis())) {
            log.warn(
                    "denied={} client={} address={} reason={}",
                    denial.label(),
                    printable(clientId),
                    address,
                    printable(denied.reason()));
        }
    }

    /** What clients choose ends up in the log: without control characters, and cut. */
    public static String printable(String text) {
        return printable(text, SHOWN);
    }

    public static String printable(String text, int most) {
        boolean within = text.length() > most && Character.isHighSurrogate(text.charAt(most - 1));
        String cut = text.length() > most ? text.substring(0, within ? most - 1 : most) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
