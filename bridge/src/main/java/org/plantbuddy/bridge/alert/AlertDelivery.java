package org.plantbuddy.bridge.alert;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.accounts.Alerts;
import org.plantbuddy.mqtt.Publisher;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.Topics;

/**
 * One alert on its way to the broker: the event, unless its user has muted such, and the retained state of its series where
 * it is the newest.
 */
final class AlertDelivery {

    private static final byte[] CLEARED = {};

    private final Alert alert;
    private final Alerts alerts;
    private final Publisher publisher;
    private final boolean newestAtStart;
    private final CompletableFuture<Void> acknowledged;

    private AlertDelivery(Alert alert, Alerts alerts, Publisher publisher) {
        this.alert = alert;
        this.alerts = alerts;
        this.publisher = publisher;
        CompletableFuture<Void> event = alerts.isMuted(alert.id())
                ? CompletableFuture.allOf()
                : publish(Topics.alerts(alert.user()), AlertJson.encode(alert), false, alert);
        this.newestAtStart = newest().filter(alert::equals).isPresent();
        this.acknowledged = newestAtStart ? CompletableFuture.allOf(event, publishState(alert)) : event;
    }

    /** Hands the alert to the publisher and does not wait for it. */
    static AlertDelivery start(Alert alert, Alerts alerts, Publisher publisher) {
        return new AlertDelivery(alert, alerts, publisher);
    }

    Alert alert() {
        return alert;
    }

    /** Waits until the broker has acknowledged everything, and notes it in the outbox. */
    void finish(long timeoutNs) throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + timeoutNs;
        acknowledged.get(Math.max(0, timeoutNs), TimeUnit.NANOSECONDS);
        Optional<Alert> newer = newest().filter(newest -> !newest.equals(alert));
        if (newestAtStart && newer.isPresent()) {
            // It came while this one was under way, perhaps through another bridge, whose retained state this one's
            // may have overwritten.
            publishState(newer.get()).get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        if (newestAtStart && newest().isEmpty()) {
            // Its user was removed meanwhile, and the broker may have been cleared before this came.
            publish(Topics.alertInForce(alert.user(), alert.device(), alert.sensor()), CLEARED, true, alert)
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        alerts.published(alert.id());
    }

    private Optional<Alert> newest() {
        return alerts.newestOf(alert.user(), alert.device(), alert.sensor());
    }

    private CompletableFuture<Void> publishState(Alert state) {
        String topic = Topics.alertInForce(state.user(), state.device(), state.sensor());
        byte[] payload = state.level() == Level.OK ? CLEARED : AlertJson.encode(state);
        return publish(topic, payload, true, state);
    }

    private CompletableFuture<Void> publish(String topic, byte[] payload, boolean retained, Alert what) {
        try {
            return publisher
                    .publish(topic, payload, retained, Map.of("id", what.id()))
                    .thenAccept(outcome -> {
                        if (!outcome.isAcknowledged()) {
                            throw new IllegalStateException(topic + ": " + outcome);
                        }
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
