package org.plantbuddy.web.write;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.config.Secret;
import org.plantbuddy.mqtt.Delivery;
import org.plantbuddy.mqtt.MqttConnection;
import org.plantbuddy.mqtt.MqttListener;
import org.plantbuddy.mqtt.MqttOptions;
import org.plantbuddy.mqtt.MqttSession;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.process.Deadline;
import org.plantbuddy.topic.Topics;
import org.plantbuddy.web.http.Problem;
import org.plantbuddy.web.signin.Signer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes readings as principal {@code $web}, over one connection that is kept up, so that it is known whether boards can
 * deliver at all. Thread-safe.
 */
public final class ReadingPublisher implements MqttListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReadingPublisher.class);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Each holds a thread of the page's, of which one address has 64; a broker that is well acknowledges in milliseconds. */
    private static final int WAITING_AT_ONCE = 32;

    /** For one of those places: long for a broker that is well, short for the others' threads when it hangs. */
    private static final Duration PLACE_WITHIN = Duration.ofMillis(500);

    /** For a connection, while there is none: it may just be made. */
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(3);

    private final String url;
    private final MqttListener looking;
    private final Clock clock;
    private final Semaphore waiting = new Semaphore(WAITING_AT_ONCE);
    private final AtomicReference<@Nullable Instant> awaySince = new AtomicReference<>();
    private final MqttConnection connection;

    /** @param looking is told what comes for those who look, and when the broker comes and goes */
    public ReadingPublisher(String url, Supplier<Secret> token, MqttListener looking, Clock clock) {
        this.looking = looking;
        this.url = url;
        this.clock = clock;
        String clientId = "web-" + Signer.random().substring(0, 12);
        this.connection = MqttConnection.start(new MqttOptions(url, clientId, Services.WEB, token), this);
    }

    @Override
    public void delivered(Delivery delivery) {
        looking.delivered(delivery);
        Delivery.accept(List.of(delivery)); // of QoS 0: nobody waits for it
    }

    @Override
    public void connected(MqttSession session) {
        awaySince.set(null);
        looking.connected(session);
    }

    @Override
    public void lost() {
        looking.lost();
    }

    @Override
    public void notConnected() {
        awaySince.compareAndSet(null, clock.instant());
    }

    /** When the broker was first found away; empty while it is connected, or was not looked for yet. */
    public Optional<Instant> awaySince() {
        return Optional.ofNullable(awaySince.get());
    }

    /**
     * Publishes all at QoS 1 and returns once each is acknowledged, within {@link #PATIENCE} for all of them.
     *
     * @throws Problem 503 when not all were; some may have been
     */
    void publish(List<Message> messages) throws InterruptedException {
        if (!waiting.tryAcquire(PLACE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw notNow("too many wait for the broker");
        }
        try {
            if (!connection.isConnectedWithin(
                    awaySince().isPresent() ? Duration.ZERO : Deadline.atMost(CONNECTED_WITHIN))) {
                throw notNow("the broker cannot be reached");
            }
            publishConnected(messages);
        } finally {
            waiting.release();
        }
    }

    private void publishConnected(List<Message> messages) throws InterruptedException {
        long deadline = System.nanoTime() + Deadline.atMost(PATIENCE).toNanos();
        List<CompletableFuture<Outcome>> outcomes = messages.stream()
                .map(message -> connection.publish(
                        message.topic(),
                        message.payload().getBytes(StandardCharsets.UTF_8),
                        false,
                        message.time().map(time -> Map.of(Topics.TIME, time)).orElse(Map.of())))
                .toList();
        try {
            for (CompletableFuture<Outcome> each : outcomes) {
                Outcome outcome = each.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (outcome instanceof Outcome.Refused refused) {
                    throw notNow("the broker does not take the readings now, reason code " + refused.code());
                }
                if (outcome instanceof Outcome.Unknown) {
                    throw notTaken(outcome.toString());
                }
            }
        } catch (TimeoutException e) {
            connection.reconnect("readings were not acknowledged"); // finds out whether the broker hangs
            throw notTaken("not acknowledged in time");
        } catch (ExecutionException e) {
            throw notTaken(e.toString());
        }
    }

    private Problem notTaken(String why) {
        log.warn("readings not published url={} reason=\"{}\"", url, why);
        return notNow("the broker did not acknowledge all of the readings");
    }

    private static Problem notNow(String error) {
        return new Problem(503, error, "send the same again in a few seconds, with the same Idempotency-Key");
    }

    @Override
    public void close() {
        connection.close();
    }

    /** @param time epoch ns of the reading; empty: the broker's stamp is its time */
    record Message(String topic, String payload, Optional<String> time) {}
}
