package org.plantbuddy.boards;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.time.SentTime;
import org.plantbuddy.topic.SeriesName;

/**
 * Makes readings of a payload: a number, {@code {"reading": 21.5, "time": …}}, or an array of such objects.
 *
 * <p>The time of a reading is the first there is of: {@code time} in the payload, user property {@code time}, the
 * broker's stamp. A message that is delivered again decodes to the same. Immutable and thread-safe.
 */
public final class Decoder {

    static final int MAX_PAYLOAD = 64 * 1024;

    private final Duration kept;
    private final Clock clock;

    /**
     * @param kept how long the bucket keeps readings; zero: forever
     * @param clock for messages without the broker's stamp only
     */
    public Decoder(Duration kept, Clock clock) {
        this.kept = kept;
        this.clock = clock;
    }

    /** At least one, in the order of the payload. */
    public List<Decoded> decode(SeriesName series, Message message) {
        try {
            Defaults defaults = Defaults.of(message, clock);
            String text = Unseen.strip(text(message.payload()));
            if (text.isEmpty()) {
                throw new RefusedException(Reason.NOT_A_NUMBER, text, "is empty: a reading is a number");
            }
            char first = text.charAt(0);
            if (first == '{' || first == '[') {
                return new JsonReadings(text, defaults.leaveRoom(), element -> decode(series, element, defaults))
                        .read();
            }
            return List.of(decode(series, new Element(text, Optional.empty()), defaults));
        } catch (RefusedException e) {
            return List.of(e.refused());
        }
    }

    private Decoded decode(SeriesName series, Element element, Defaults defaults) {
        try {
            double value = ReadingNumber.parse(element.reading());
            SentTime time = element.time().isPresent()
                    ? ReadingTime.parse(element.time().get())
                    : defaults.sentTime();
            ReadingTime.check(time.ns(), defaults.now(), kept);
            return new Decoded.Accepted(new Reading(
                    series, time.of(value), value, defaults.stampNs().orElse(0L)));
        } catch (RefusedException e) {
            return e.refused();
        }
    }

    private static String text(byte[] payload) throws RefusedException {
        if (payload.length > MAX_PAYLOAD) {
            throw new RefusedException(
                    Reason.TOO_LARGE,
                    new String(payload, 0, 100, StandardCharsets.UTF_8),
                    "has " + payload.length + " bytes: at most " + MAX_PAYLOAD + " are taken");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(
                    Reason.NOT_UTF8, new String(payload, StandardCharsets.UTF_8), "is not UTF-8 text");
        }
    }

    /**
     * A reading and its time as the payload has them.
     *
     * @param reading the number's text
     * @param time empty where the payload has none
     */
    record Element(String reading, Optional<String> time) {}

    /**
     * What holds for the whole message.
     *
     * @param now when the message arrived: limits judged by it are the same on redelivery
     */
    private record Defaults(Optional<String> time, Optional<Long> stampNs, Instant now) {

        static Defaults of(Message message, Clock clock) {
            Optional<Long> stamp = message.receivedAt();
            return new Defaults(
                    message.time().map(Unseen::strip),
                    stamp,
                    stamp.map(EpochNs::instant).orElseGet(clock::instant));
        }

        boolean leaveRoom() {
            return time.flatMap(SentTime::of).filter(SentTime::leavesRoom).isPresent();
        }

        SentTime sentTime() throws RefusedException {
            if (time.isPresent()) {
                return ReadingTime.parse(time.get());
            }
            if (stampNs.isEmpty()) {
                throw new RefusedException(
                        Reason.TIME,
                        "",
                        "has no time: neither the payload, nor user property 'time', nor the broker's stamp");
            }
            return ReadingTime.ofStamp(stampNs.get());
        }
    }
}
