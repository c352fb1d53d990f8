package org.plantbuddy.bridge.alert;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.mqtt.Publisher;

/** A broker that remembers what it acknowledged, and does as a test tells it. */
final class RecordingPublisher implements Publisher {

    record Message(String topic, String payload, boolean retained, Map<String, String> properties) {}

    final List<Message> acknowledged = new CopyOnWriteArrayList<>();

    private volatile Function<Message, CompletableFuture<Outcome>> answer = RecordingPublisher::acknowledge;

    static CompletableFuture<Outcome> acknowledge(Message message) {
        return CompletableFuture.completedFuture(new Outcome.Acknowledged());
    }

    static CompletableFuture<Outcome> refuse(Message message) {
        return CompletableFuture.completedFuture(new Outcome.Unknown("no connection to the broker"));
    }

    void answering(Function<Message, CompletableFuture<Outcome>> answers) {
        answer = answers;
    }

    @Override
    public CompletableFuture<Outcome> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        Message message = new Message(topic, new String(payload, StandardCharsets.UTF_8), retained, userProperties);
        CompletableFuture<Outcome> answered = answer.apply(message);
        return answered.whenComplete((outcome, failure) -> {
            if (failure == null && outcome.isAcknowledged()) {
                acknowledged.add(message);
            }
        });
    }

    List<String> events() {
        return acknowledged.stream()
                .filter(message -> !message.retained())
                .map(message -> String.valueOf(message.properties().get("id")))
                .toList();
    }

    List<Message> states() {
        return acknowledged.stream().filter(Message::retained).toList();
    }
}
