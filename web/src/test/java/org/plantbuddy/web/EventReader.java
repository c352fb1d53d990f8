package org.plantbuddy.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A page's stream of events, read by a thread of its own. */
final class EventReader implements AutoCloseable {

    /** The fields of an event. */
    record Heard(String name, String data, String id) {}

    final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final Stream<String> lines;
    private final Thread reader;
    private volatile String lastId = "";

    private EventReader(Stream<String> lines) {
        this.lines = lines;
        this.reader = new Thread(this::read, "events");
        reader.setDaemon(true);
        reader.start();
    }

    /** @param lastId of the newest event that was seen; empty: none was */
    static EventReader open(Browser browser, String lastId) throws IOException, InterruptedException {
        return lastId.isEmpty() ? open(browser, "Accept", "text/event-stream") : open(browser, "Last-Event-ID", lastId);
    }

    /** With a header. */
    static EventReader open(Browser browser, String header, String value) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(browser.url() + "/api/v1/events"))
                .header(header, value)
                .build();
        HttpResponse<Stream<String>> answer = browser.client().send(request, HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            try (Stream<String> body = answer.body()) {
                throw new IOException(answer.statusCode() + " " + body.toList());
            }
        }
        return new EventReader(answer.body());
    }

    private void read() {
        Map<String, String> fields = new TreeMap<>();
        try {
            lines.forEach(line -> {
                if (line.isEmpty()) {
                    lastId = fields.getOrDefault("id", lastId);
                    if (fields.containsKey("data")) {
                        heard.add(new Heard(fields.getOrDefault("event", ""), fields.getOrDefault("data", ""), lastId));
                    }
                    fields.clear();
                } else {
                    String[] parts = line.split(": ", 2);
                    fields.put(parts[0], parts[1]);
                }
            });
        } catch (RuntimeException e) {
            // closed
        }
    }

    /** What was heard under this name. */
    List<String> heard(String name) {
        List<String> data = new ArrayList<>();
        for (Heard one : heard) {
            if (one.name().equals(name)) {
                data.add(one.data());
            }
        }
        return data;
    }

    String lastId() {
        return lastId;
    }

    boolean isOver() {
        return !reader.isAlive();
    }

    @Override
    public void close() {
        lines.close();
        reader.interrupt();
    }
}
