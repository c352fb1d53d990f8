package org.plantbuddy.web.live;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.Message;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.MqttListener;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the broker's messages to the pages that are open. For each user who looks there is one subscription, however many pages;
 * it ends a moment after the last of them, so that one that is loaded anew, or whose connection broke, goes on where it was.
 *
 * <p>A page hears every {@link #BEAT} whether all parts do their work, and ends when whoever looks may not any more. Thread-safe.
 */
public final class Live implements MqttListener, AutoCloseable {

    static final int STREAMS_OF_A_USER = 20;
    static final int STREAMS = 2_000;

    private static final Logger log = LoggerFactory.getLogger(Live.class);
    private static final Duration BEAT = Duration.ofSeconds(25);
    private static final Duration KEPT_AFTER_THE_LAST = Duration.ofSeconds(30);
    private static final long LOOKED_AT_EVERY_MS = 2_500;

    /** When the connection breaks; ms. */
    private static final byte[] COME_BACK = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

    private final Telling telling;
    private final Clock clock;

    /** Tells this process's ids from those of before and of others. */
    private final String name = Long.toString(new SecureRandom().nextLong() >>> 24, 36);

    private final Map<String, Feed> feeds = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger feedsMade = new AtomicInteger();
    private final ScheduledExecutorService timer = Vital.timer("live", 2); // one may wait for a database
    private volatile @Nullable MqttSession session;
    private volatile boolean isWell = true;
    private boolean toldWell = true;

    /**
     * @param kept how long the bucket keeps readings; zero: forever
     * @param meters where it shows how many pages are open
     */
    public Live(Duration kept, MeterRegistry meters, Clock clock) {
        this.telling = new Telling(new Decoder(kept, clock), new StatusDecoder(clock));
        this.clock = clock;
        Gauge.builder("plantbuddy.web.streams", open, AtomicInteger::get)
                .description("Pages that hear what happens")
                .register(meters);
    }

    /**
     * Begins to look after what is open.
     *
     * @param well whether all parts do their work; may take a few seconds to say
     */
    public void start(BooleanSupplier well) {
        every(() -> ask(well));
        every(this::look);
    }

    private void every(Runnable work) {
        var unused = timer.scheduleWithFixedDelay(
                Vital.again("live", work), LOOKED_AT_EVERY_MS, LOOKED_AT_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void ask(BooleanSupplier well) {
        if (open.get() == 0) {
            return;
        }
        boolean answer = false;
        try {
            answer = well.getAsBoolean();
        } finally {
            isWell = answer;
        }
    }

    /**
     * Opens a page's stream, which ends by itself or with {@link EventStream#over}.
     *
     * @param account tells the user from an earlier one of the same name
     * @param allowed whether whoever looks still may; asked again and again
     * @param lastSeen id of the newest event that the page has seen
     * @return empty when there are as many as there may be, of the user or in all
     */
    public Optional<EventStream> open(
            String user, String account, EventStream.Line line, BooleanSupplier allowed, Optional<String> lastSeen) {
        if (open.incrementAndGet() > STREAMS) {
            open.decrementAndGet();
            return Optional.empty();
        }
        EventStream stream = new EventStream(line, allowed, lastSeen, System.nanoTime());
        boolean[] joined = {false};
        feeds.compute(user, (key, before) -> {
            Feed feed = before;
            if (feed == null || !feed.isOf(account)) {
                if (feed != null) {
                    feed.streams().forEach(EventStream::end);
                }
                feed = new Feed(user, account, name + "." + feedsMade.incrementAndGet(), System.nanoTime());
                subscribe(feed);
            }
            if (feed.streams().size() < STREAMS_OF_A_USER) {
                stream.send(COME_BACK);
                feed.join(stream, session != null, clock.millis());
                joined[0] = true;
            }
            return feed;
        });
        if (!joined[0]) {
            open.decrementAndGet();
            return Optional.empty();
        }
        var unused = stream.ended().thenRun(() -> {
            open.decrementAndGet();
            feeds.values().stream()
                    .filter(feed -> feed.streams().contains(stream))
                    .forEach(feed -> feed.leave(stream, System.nanoTime()));
        });
        return Optional.of(stream);
    }

    private void subscribe(Feed feed) {
        MqttSession current = session;
        if (current == null) {
            return;
        }
        var unused = current.subscribe(feed.filter()).thenAccept(outcome -> {
            if (outcome.isAcknowledged() && current == session) {
                feed.begin();
            } else {
                log.warn("event=not_subscribed filter={} reason=\"{}\"", feed.filter(), outcome);
            }
        });
    }

    @Override
    public void delivered(Delivery delivery) {
        Message message = Message.of(delivery.topic(), delivery.payload(), delivery::property);
        Feed feed = feeds.get(message.user());
        if (feed != null) {
            long now = clock.millis();
            try {
                telling.of(message).forEach(event -> feed.tell(event, now));
            } catch (RuntimeException e) { // it would end the connection, and with it the next message
                log.error("event=message_not_told bytes={}", delivery.payload().length, e);
            }
        }
    }

    /** Tells a user's pages that there is another note of a board, or one less; those of other processes do not hear it. */
    public void boardChanged(String user, String device) {
        Feed feed = feeds.get(user);
        if (feed != null) {
            feed.tell(Telling.changed(device), clock.millis());
        }
    }

    @Override
    public void connected(MqttSession connected) {
        if (session != null) {
            lost(); // it was made anew without a word
        }
        session = connected;
        feeds.values().forEach(this::subscribe);
    }

    @Override
    public void lost() {
        session = null;
        feeds.values().forEach(Feed::pause);
    }

    /** A page hears at once when a part stops or starts to work, and else every now and then. */
    private void look() {
        feeds.forEach((user, feed) -> leaveAlone(user));
        if (open.get() == 0) {
            return;
        }
        for (Feed feed : feeds.values()) {
            if (!feed.isLive()) {
                subscribe(feed); // asked for before, perhaps, and no matter
            }
        }
        boolean now = isWell;
        boolean news = now != toldWell;
        toldWell = now;
        byte[] beat = new Event("beat", "{\"well\":" + now + "}").frame().getBytes(StandardCharsets.UTF_8);
        for (Feed feed : feeds.values()) {
            for (EventStream stream : feed.streams()) {
                beat(stream, beat, news);
            }
        }
    }

    private void beat(EventStream stream, byte[] beat, boolean news) {
        long now = System.nanoTime();
        boolean due = now - stream.beatNs() >= BEAT.toNanos() - TimeUnit.MILLISECONDS.toNanos(LOOKED_AT_EVERY_MS);
        if (due && !isAllowed(stream)) {
            stream.end();
        } else if (due) {
            stream.beat(beat, now);
        } else if (news) {
            stream.send(beat);
        }
    }

    /** Where nobody can tell they may not: the page asks, and is told why. */
    private static boolean isAllowed(EventStream stream) {
        try {
            return stream.isAllowed();
        } catch (RuntimeException e) {
            log.warn("event=stream_not_checked reason=\"{}\"", e.toString());
            return false;
        }
    }

    private void leaveAlone(String user) {
        feeds.computeIfPresent(user, (key, feed) -> {
            if (!feed.isLeftFor(KEPT_AFTER_THE_LAST.toNanos(), System.nanoTime())) {
                return feed;
            }
            MqttSession current = session;
            if (current != null) {
                var unused = current.unsubscribe(feed.filter());
            }
            return null;
        });
    }

    /** How many pages are open. */
    public int streams() {
        return open.get();
    }

    /** Ends all streams. */
    @Override
    public void close() {
        Vital.end(timer);
        feeds.values().forEach(feed -> feed.streams().forEach(EventStream::end));
    }
}
