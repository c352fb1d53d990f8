package org.plantbuddy.broker.access;

import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.broker.access.Verdict.Denied;
import org.plantbuddy.topic.SeriesName;

/** Denials for those whose boards and clients they are of, who find them in the accounts database. Thread-safe. */
public final class DenialBook implements AutoCloseable {

    private static final int REASON = 500;
    private static final int TOPIC = 250;
    private static final int PAYLOAD_BYTES = 100;

    private final DenialSums sums;

    /** @param sums closed with this */
    public DenialBook(DenialSums sums) {
        this.sums = sums;
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
                Denials.printable(denied.reason(), REASON),
                message.map(of -> Denials.printable(of.getTopic(), TOPIC)).orElse(""),
                message.flatMap(PublishPacket::getPayload)
                        .map(DenialBook::beginning)
                        .orElse(""),
                1,
                denied.denial().told() == Denial.Told.SHOWN ? 0 : 1,
                at,
                at);
    }

    private static String beginning(ByteBuffer payload) {
        ByteBuffer first = payload.duplicate();
        first.limit(Math.min(first.limit(), first.position() + PAYLOAD_BYTES));
        return StandardCharsets.UTF_8.decode(first).toString();
    }

    /** Writes the rest. */
    @Override
    public void close() {
        sums.close();
    }
}
