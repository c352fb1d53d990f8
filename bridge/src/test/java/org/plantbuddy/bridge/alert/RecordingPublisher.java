package org.plantbuddy.bridge.alert;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A broker that remembers what it acknowledged, and does as a test tells it. */
final class RecordingPublisher implements AlertPublisher {

    record Message(String topic, String payload, boolean retained, Map<String, String> properties) {}

    final List<Message> acknowledged = new CopyOnWriteArrayList<>();

    private volatile Function<Message, CompletableFuture<Void>> answer = RecordingPublisher::acknowledge;

    static CompletableFuture<Void> acknowledge(Message message) {
        return CompletableFuture.completedFuture(null);
    }

    static CompletableFuture<Void> refuse(Message message) {
        return CompletableFuture.failedFuture(new IllegalStateException("no connection to the broker"));
    }

    void answering(Function<Message, CompletableFuture<Void>> answers) {
        answer = answers;
    }

    @Override
    public CompletableFuture<Void> publish(
            String topic, byte[] payload, boolean retained, Map<String, String> userProperties) {
        Message message = new Message(topic, new String(payload, StandardCharsets.UTF_8), retained, userProperties);
        CompletableFuture<Void> acknowledgement = answer.apply(message);
        return acknowledgement.whenComplete((nothing, failure) -> {
            if (failure == null) {
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
