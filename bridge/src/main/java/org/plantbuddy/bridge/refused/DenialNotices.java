package org.plantbuddy.bridge.refused;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.accounts.DeniedRequests;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.process.Vital;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners what the broker denied their boards and clients, on {@code plantbuddy/<user>/rejected} with QoS 1: of each kind and
 * board at once, and then at most once a minute with how often it was. Several bridges tell it once between them. What the
 * broker does not acknowledge is told a minute later. Close stops it.
 */
public final class DenialNotices implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DenialNotices.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration COUNTED_EVERY = Duration.ofSeconds(10);
    private static final Duration COUNTED = Duration.ofDays(1);
    private static final int AT_ONCE = 100;

    private final DeniedRequests denied;
    private final Publisher publisher;
    private final Supplier<Optional<String>> broker;
    private final Clock clock;
    private final MultiGauge kinds;
    private final ScheduledExecutorService looking = Vital.timer("denials", 1);
    private boolean answered = true;

    private DenialNotices(
            DeniedRequests denied,
            Publisher publisher,
            Supplier<Optional<String>> broker,
            MeterRegistry meters,
            Clock clock) {
        this.denied = denied;
        this.publisher = publisher;
        this.broker = broker;
        this.clock = clock;
        this.kinds = MultiGauge.builder("plantbuddy.denials")
                .description("Boards and people of whom requests of this kind were denied in the last 24 hours")
                .register(meters);
    }

    /**
     * Starts telling, first what an earlier process left.
     *
     * @param broker why nothing can be published now; empty when it can
     */
    public static DenialNotices start(
            DeniedRequests denied,
            Publisher publisher,
            Supplier<Optional<String>> broker,
            MeterRegistry meters,
            Clock clock) {
        DenialNotices notices = new DenialNotices(denied, publisher, broker, meters, clock);
        notices.every(EVERY, notices::tell);
        notices.every(COUNTED_EVERY, notices::count);
        return notices;
    }

    private void every(Duration pause, Runnable work) {
        var unused = looking.scheduleWithFixedDelay(
                () -> tryTo(work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tryTo(Runnable work) {
        try {
            work.run();
            answered = true;
        } catch (RuntimeException e) {
            if (answered) {
                LOG.warn("event=denials_not_told reason=\"{}\"", e.toString());
            }
            answered = false;
        }
    }

    private void tell() {
        if (broker.get().isEmpty()) {
            denied.claim(AT_ONCE).forEach(this::publish);
        }
    }

    private void count() {
        kinds.register(
                denied.byKind(clock.instant().minus(COUNTED)).entrySet().stream()
                        .map(kind -> MultiGauge.Row.of(Tags.of("kind", kind.getKey()), kind.getValue()))
                        .toList(),
                true);
    }

    private void publish(DeniedRequest claimed) {
        var unused = publisher
                .publish(Topics.rejected(claimed.user()), notice(claimed), false, Map.of())
                .thenAcceptAsync(
                        outcome -> {
                            if (outcome.isAcknowledged()) {
                                denied.told(claimed);
                            } else {
                                LOG.debug("event=denial_not_told reason=\"{}\"", outcome);
                            }
                        },
                        looking);
    }

    private static byte[] notice(DeniedRequest claimed) {
        ObjectNode notice = JSON.createObjectNode()
                .put("topic", claimed.topic())
                .put("payload", claimed.payload())
                .put("reason", claimed.reason())
                .put("time", claimed.last().toString())
                .put("kind", claimed.kind())
                .put("times", claimed.times());
        if (!claimed.device().isEmpty()) {
            notice.put("device", claimed.device());
        }
        try {
            return JSON.writeValueAsBytes(notice);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can always be written as JSON", e);
        }
    }

    /** What is claimed and not told is told by another bridge, or after the next start. */
    @Override
    public void close() {
        looking.shutdownNow();
    }
}
