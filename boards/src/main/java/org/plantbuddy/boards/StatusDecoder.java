package org.plantbuddy.boards;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.Topics;

/**
 * Makes reports of messages on {@code plantbuddy/<user>/<device>/status}. A message that is delivered again makes the same
 * one, but for the time that people read of a will, which carries none. Stateless.
 */
public final class StatusDecoder {

    private final Clock clock;

    /** @param clock for wills, and for messages of a broker that does not stamp */
    public StatusDecoder(Clock clock) {
        this.clock = clock;
    }

    /** What a message on a topic that ends like a status' says. */
    public Decoded decode(Message message) {
        try {
            return new Decoded.Status(report(message));
        } catch (RefusedException e) {
            return e.refused();
        }
    }

    private StatusReport report(Message message) throws RefusedException {
        String[] levels = message.topic().split("/", -1);
        if (levels.length != 4
                || !levels[0].equals(Topics.ROOT)
                || !Names.isUser(levels[1])
                || !Names.isDevice(levels[2])) {
            throw new RefusedException(
                    Reason.TOPIC,
                    message.topic(),
                    "is no board's status: it must be plantbuddy/<user>/<device>/status");
        }
        String word = Unseen.strip(new String(message.payload(), StandardCharsets.UTF_8));
        BoardState state = BoardState.of(word)
                .orElseThrow(() ->
                        new RefusedException(Reason.STATUS, word, "is no status: it must be 'online' or 'offline'"));
        Instant now = clock.instant();
        Optional<Long> said = message.receivedAt();
        return new StatusReport(
                levels[1],
                levels[2],
                state,
                message.connectedAt().or(() -> said).orElseGet(() -> TimeUnit.MILLISECONDS.toNanos(now.toEpochMilli())),
                said.orElse(StatusReport.AT_THE_END),
                said.map(EpochNs::instant).orElse(now));
    }
}
