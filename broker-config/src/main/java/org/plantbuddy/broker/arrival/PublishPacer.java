package org.plantbuddy.broker.arrival;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.broker.hivemq.InboundThrottle;
import org.plantbuddy.topic.Topics;

/**
 * Holds messages until it is their publisher's turn, and reads no more from its connection meanwhile. Thread-safe.
 *
 * <p>A message gets its turn when it comes ({@link PublishInterceptor}) and is held where it would go on ({@link TopicGuard}), not
 * before: HiveMQ has both wait in one line for each client, in which the second step of a message comes behind the first step of
 * all that was read. Held at the first step, a burst would go on all at once, with its last message.
 */
public final class PublishPacer {

    /** No turn is so far away. */
    private static final Duration SURELY_TAKEN = Duration.ofMinutes(1);

    private final ScheduledExecutorService later;
    private final Cache<String, Turn> turns = Caffeine.newBuilder()
            .expireAfterWrite(SURELY_TAKEN)
            .evictionListener((@Nullable String stamp, @Nullable Turn turn, RemovalCause cause) -> {
                if (turn != null) {
                    turn.end();
                }
            })
            .build();

    /**
     * When a message goes on.
     *
     * @param at by {@link System#nanoTime}
     * @param inlet of its connection, stopped until then; none where nothing is stopped
     */
    record Turn(long at, Optional<InboundThrottle> inlet) {

        /** Stops the inlet. */
        static Turn in(long nanos, Optional<InboundThrottle> inlet) {
            inlet.ifPresent(InboundThrottle::stop);
            return new Turn(System.nanoTime() + nanos, inlet);
        }

        private void end() {
            inlet.ifPresent(InboundThrottle::goOn);
        }
    }

    /** @param later of its own: what waits behind something slow comes after its turn */
    public PublishPacer(ScheduledExecutorService later) {
        this.later = later;
    }

    /**
     * Keeps a turn until its message {@link #take takes} it.
     *
     * @param stamp of the message; one that is sent again has the same
     */
    void keep(String stamp, Turn turn) {
        Optional.ofNullable(turns.asMap().put(stamp, turn)).ifPresent(Turn::end);
    }

    /** The turn of a message that has to wait for it. */
    Optional<Turn> take(PublishPacket stamped) {
        if (turns.asMap().isEmpty()) {
            return Optional.empty();
        }
        return stamped.getUserProperties()
                .getFirst(Topics.RECEIVED_AT)
                .flatMap(stamp -> Optional.ofNullable(turns.asMap().remove(stamp)));
    }

    /**
     * Runs something when it is its turn, and reads no more from the connection until then.
     *
     * @param nanos until then
     */
    void then(long nanos, Optional<InboundThrottle> inlet, Runnable task) {
        if (nanos <= 0) {
            task.run();
            return;
        }
        Turn turn = Turn.in(nanos, inlet);
        later(nanos, () -> {
            try {
                task.run();
            } finally {
                turn.end();
            }
        });
    }

    /**
     * Lets a message go on when it is its turn.
     *
     * @param hold makes it wait, if it has to
     * @param goesOn run just before it does
     */
    void await(Turn turn, Supplier<Async<?>> hold, Runnable goesOn) {
        long wait = turn.at() - System.nanoTime();
        if (wait <= 0) {
            goesOn.run();
            turn.end();
            return;
        }
        Async<?> held = hold.get();
        later(wait, () -> {
            goesOn.run();
            held.resume();
            turn.end();
        });
    }

    /** Reads nothing from a connection for a while. */
    void rest(InboundThrottle inlet, Duration pause) {
        later(pause.toNanos(), Turn.in(pause.toNanos(), Optional.of(inlet))::end);
    }

    private void later(long nanos, Runnable end) {
        try {
            var unused = later.schedule(end, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) { // the broker stops
            end.run();
        }
    }
}
