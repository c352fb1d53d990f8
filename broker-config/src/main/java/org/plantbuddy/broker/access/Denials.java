package org.plantbuddy.broker.access;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.DeniedRequests;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.process.FewLines;
import org.plantbuddy.topic.SeriesName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every denial: counted by kind; logged, a few of each kind in ten seconds, as whoever is turned away a thousand times a second
 * must not fill the log with it; and noted for its owner, who finds it in the accounts database. Thread-safe.
 */
public final class Denials implements AutoCloseable {

    /** Metric names start so, in the broker's registry. */
    public static final String METRICS = "org.plantbuddy.denied.";

    /** Counts messages that waited for their turn under a quota. */
    public static final String HELD = "org.plantbuddy.held.messages";

    /** Counts answers to failed sign-ins that were held back. */
    public static final String SLOWED = "org.plantbuddy.held.sign-ins";

    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);
    private static final int SHOWN = 160;

    /** Ends a text that was cut. */
    public static final String CUT = "…";

    private final MetricRegistry metrics;
    private final InstantSource clock;
    private final DenialSums sums;
    private final Map<Denial, FewLines> lines = new EnumMap<>(Denial.class);

    /** @param sums closed with this */
    public Denials(MetricRegistry metrics, InstantSource clock, DenialSums sums) {
        this.metrics = metrics;
        this.clock = clock;
        this.sums = sums;
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

    /** The same, of what a client asked for, or of a message. */
    public void add(Denied denied, ClientBasedInput client, Optional<PublishPacket> message) {
        add(denied, ClientIds.owner(client.getClientInformation().getClientId()), client, message);
    }

    /**
     * The same where the client id does not tell.
     *
     * @param owner who is told; empty where nobody is known to be it
     */
    public void add(
            Denied denied, Optional<Principal> owner, ClientBasedInput client, Optional<PublishPacket> message) {
        add(
                denied,
                owner,
                client.getClientInformation().getClientId(),
                Addresses.of(client.getConnectionInformation()),
                message);
    }

    private void add(
            Denied denied,
            Optional<Principal> owner,
            String clientId,
            String address,
            Optional<PublishPacket> message) {
        Denial denial = denied.denial();
        metrics.counter(METRICS + denial.label()).inc();
        note(denied, owner, message, clock.instant());
        if (lines.getOrDefault(denial, new FewLines()).another(clock.millis())) {
            LOG.warn(
                    "denied={} client={} address={} reason={}",
                    denial.label(),
                    printable(clientId),
                    address,
                    printable(denied.reason()));
        }
    }

    /**
     * Notes a denial for its owner, if there is one.
     *
     * @param message what was denied, where it was a message
     */
    void note(Denied denied, Optional<Principal> client, Optional<PublishPacket> message, Instant at) {
        switch (denied.denial().told()) {
            case NOBODY -> {}
            case OF_NAME -> of(denied, client, message, at).ifPresent(sums::addOfName);
            case OWNER, SHOWN -> of(denied, client, message, at).ifPresent(sums::add);
        }
    }

    /** Web publishes for boards that speak HTTP. */
    private static Optional<DeniedRequest> of(
            Denied denied, Optional<Principal> client, Optional<PublishPacket> message, Instant at) {
        if (client.isEmpty()) {
            return Optional.empty();
        }
        if (client.get() instanceof Principal.Board board) {
            return Optional.of(request(board.user(), board.device(), denied, message, at));
        }
        if (client.get() instanceof Principal.Person person) {
            return Optional.of(request(person.user(), "", denied, message, at));
        }
        return message.filter(of -> client.get() == Principal.Service.WEB)
                .flatMap(of -> SeriesName.ofTopic(of.getTopic()))
                .map(series -> request(series.user(), series.device(), denied, message, at));
    }

    private static DeniedRequest request(
            String user, String device, Denied denied, Optional<PublishPacket> message, Instant at) {
        return new DeniedRequest(
                user,
                device,
                denied.denial().label(),
                printable(denied.reason(), DeniedRequests.MAX_REASON - 1),
                message.map(of -> printable(of.getTopic(), DeniedRequests.MAX_TOPIC - 1))
                        .orElse(""),
                message.flatMap(PublishPacket::getPayload)
                        .map(Denials::beginning)
                        .orElse(""),
                1,
                denied.denial().told() == Denial.Told.SHOWN ? 0 : 1,
                at,
                at);
    }

    private static String beginning(ByteBuffer payload) {
        ByteBuffer first = payload.duplicate();
        first.limit(Math.min(first.limit(), first.position() + DeniedRequests.MAX_PAYLOAD));
        return StandardCharsets.UTF_8.decode(first).toString();
    }

    /** What clients choose ends up in the log: without control characters, and cut. */
    public static String printable(String text) {
        return printable(text, SHOWN);
    }

    static String printable(String text, int most) {
        return cut(text, most).replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }

    /** Never within a character: the broker takes half of one for malformed, and would drop the message. */
    public static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        boolean within = Character.isHighSurrogate(text.charAt(most - 1));
        return text.substring(0, within ? most - 1 : most) + CUT;
    }

    /** Writes what the database does not have yet. */
    @Override
    public void close() {
        sums.close();
    }
}
