package org.plantbuddy.broker.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.hivemq.extension.sdk.api.packets.general.UserProperty;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;
import org.plantbuddy.config.Key;
import org.plantbuddy.topic.SeriesName;

/**
 * How much each board may publish, and all boards of a user together. Thread-safe.
 *
 * <p>A message counts once for each 64 bytes that it starts, about what one reading with its time needs: an array of a
 * thousand readings is no way around the quota, and neither are properties, since all of the packet counts but what a topic and
 * a time need. A refused message counts as one that is taken, a will when its client connects. What a person publishes, all of
 * which is denied, counts as the person's boards' does. Boards that speak HTTP publish through {@code $web} and are told apart by their topic.
 */
public final class Quotas {

    private static final int BYTES_A_UNIT = 64;

    /** Room for the longest topic of a reading, and a time, beside the payload. */
    private static final int FREE_BESIDE_PAYLOAD = 192;

    /** What each user property takes beside its name and its value. */
    private static final int BYTES_A_PROPERTY = 5;

    /** Sessions of a board and its user that receive for nothing: a board, a phone, a dashboard, Home Assistant. */
    private static final int FREE_SESSIONS = 4;

    /** How many more sessions make a message count once more. */
    private static final int SESSIONS_A_UNIT = 2;

    /** Subscriptions, their end, and pings. */
    public static final int REQUESTS_A_SECOND = 10;

    /** More than a session is sent. */
    public static final int ACKNOWLEDGEMENTS_A_SECOND = 5_000;

    public static final int SIGN_INS_A_SECOND = 10;
    private static final int REMEMBERED = 200_000;

    /** Far longer than a bucket takes to fill, so none is forgotten but a full one. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(5);

    private static final Duration SENT_AWAY = Duration.ofSeconds(10);
    private static final OptionalLong AT_ONCE = OptionalLong.of(0);

    private final Ticker ticker;
    private final long perBoard;
    private final long perUser;
    private final ToIntFunction<Principal.Board> receivers;
    private final Cache<String, TokenBucket> buckets;
    private final Cache<String, Boolean> sentAway;

    /**
     * Rates are in messages a second; 0 means no limit.
     *
     * @param receivers how many sessions may receive what a board publishes
     */
    public Quotas(long perBoard, long perUser, ToIntFunction<Principal.Board> receivers, Ticker ticker) {
        this.perBoard = perBoard;
        this.perUser = perUser;
        this.receivers = receivers;
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(FORGOTTEN_AFTER)
                .ticker(ticker)
                .build();
        this.sentAway = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(SENT_AWAY)
                .ticker(ticker)
                .build();
    }

    /** The rule, for whoever breaks it. */
    public String rule() {
        return "a board may publish " + perBoard + " messages a second, and all boards of a user " + perUser
                + " (long messages, and those that many receive, count more than once): publish less often, or let the operator raise "
                + Key.QUOTA_BOARD.variable() + " or " + Key.QUOTA_USER.variable();
    }

    /** What a message costs: 1 for a plain reading. */
    public static long units(PublishPacket packet) {
        long beside = bytes(packet.getTopic())
                + packet.getResponseTopic().map(Quotas::bytes).orElse(0L)
                + packet.getContentType().map(Quotas::bytes).orElse(0L)
                + packet.getCorrelationData().map(ByteBuffer::remaining).orElse(0);
        for (UserProperty property : packet.getUserProperties().asList()) {
            beside += BYTES_A_PROPERTY + bytes(property.getName()) + bytes(property.getValue());
        }
        return units(packet.getPayload().map(ByteBuffer::remaining).orElse(0), beside);
    }

    public static long units(long payload, long beside) {
        long bytes = payload + Math.max(0, beside - FREE_BESIDE_PAYLOAD);
        return 1 + Math.max(0, bytes - 1) / BYTES_A_UNIT;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Counts a message.
     *
     * @param units what it costs, by {@link #units(PublishPacket)}
     * @return how many ns it has to wait for its turn; empty when that is longer than {@code most}: it is not counted then
     */
    public OptionalLong turn(Principal publisher, String topic, long units, Duration most) {
        if (publisher instanceof Principal.Board board) {
            return turn(board, units, most);
        }
        if (publisher instanceof Principal.Person person) {
            return take(person.user(), perUser, units, most);
        }
        Optional<SeriesName> series = publisher == Principal.Service.WEB ? SeriesName.ofTopic(topic) : Optional.empty();
        return series.map(of -> turn(new Principal.Board(of.user(), of.device()), units, most))
                .orElse(AT_ONCE);
    }

    /**
     * Counts what a board or a person asks of the broker besides publishing.
     *
     * @return as {@link #turn}
     */
    public OptionalLong request(Principal principal, long tokens, Duration most) {
        return take("request " + principal.username(), REQUESTS_A_SECOND, tokens, most);
    }

    /** Counts what a client acknowledges, wanted or not; returns as {@link #turn} does. */
    public OptionalLong acknowledgement(String clientId, Duration most) {
        return take("acknowledgement " + clientId, ACKNOWLEDGEMENTS_A_SECOND, 1, most);
    }

    /** Counts a sign-in that is proven; returns as {@link #turn} does. */
    public OptionalLong signIn(Principal principal, Duration most) {
        return principal instanceof Principal.Service
                ? AT_ONCE
                : take("sign-in " + principal.username(), SIGN_INS_A_SECOND, 1, most);
    }

    private OptionalLong turn(Principal.Board board, long ofMessage, Duration most) {
        long units = ofMessage * copies(receivers.applyAsInt(board));
        OptionalLong ofBoard = take(board.username(), perBoard, units, most);
        if (ofBoard.isEmpty()) {
            return ofBoard;
        }
        OptionalLong ofUser = take(board.user(), perUser, units, most);
        if (ofUser.isEmpty()) {
            if (perBoard > 0) {
                bucket(board.username(), perBoard).giveBack(units);
            }
            return ofUser;
        }
        return OptionalLong.of(Math.max(ofBoard.getAsLong(), ofUser.getAsLong()));
    }

    /** How often a message counts that so many sessions may receive. */
    static long copies(int sessions) {
        return 1L + Math.max(0, sessions - FREE_SESSIONS) / SESSIONS_A_UNIT;
    }

    private OptionalLong take(String name, long perSecond, long units, Duration most) {
        return perSecond == 0
                ? AT_ONCE
                : bucket(name, perSecond).take(units, ticker.read(), Math.max(0, most.toNanos()));
    }

    private TokenBucket bucket(String name, long perSecond) {
        return buckets.get(name, key -> new TokenBucket(perSecond, ticker.read()));
    }

    /** A connection was ended for what it published. */
    public void sendAway(Principal publisher) {
        sentAway.put(publisher.username(), true);
    }

    /** Whether that was in the last ten seconds: reconnecting at once is no way around the quota either. */
    public boolean isSentAway(Principal publisher) {
        return sentAway.getIfPresent(publisher.username()) != null;
    }
}
