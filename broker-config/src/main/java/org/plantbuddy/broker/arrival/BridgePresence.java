package org.plantbuddy.broker.arrival;

import com.hivemq.extension.sdk.api.services.subscription.SubscriptionStore;
import com.hivemq.extension.sdk.api.services.subscription.SubscriptionType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.plantbuddy.topic.Topics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether some bridge's subscription exists, its client connected or not: only then does the broker queue readings.
 *
 * <p>{@link #look} is called every {@link #EVERY} and when a bridge has subscribed. Only bridges may share a subscription, so any
 * shared one is theirs.
 */
public final class BridgePresence {

    public static final Duration EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(BridgePresence.class);

    /** Any topic a reading may come on. */
    private static final String SOME_READING = Topics.ROOT + "/u/d/s";

    private final SubscriptionStore subscriptions;
    private volatile boolean present;

    public BridgePresence(SubscriptionStore subscriptions) {
        this.subscriptions = subscriptions;
    }

    boolean isPresent() {
        return present;
    }

    /** Looks; done when {@link #isPresent} knows. Failures are logged and leave it as it was. */
    public CompletableFuture<Void> look() {
        AtomicBoolean found = new AtomicBoolean();
        return subscriptions
                .iterateAllSubscribersForTopic(SOME_READING, SubscriptionType.SHARED, (context, subscriber) -> {
                    found.set(true);
                    context.abortIteration();
                })
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("event=bridge_subscription_unknown cause=\"{}\"", failure.toString());
                    } else if (present != found.get()) {
                        present = found.get();
                        LOG.info(
                                "event=bridge_subscription state=\"{}\"",
                                present ? "present" : "missing, readings are refused");
                    }
                });
    }
}
