package org.plantbuddy.web.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.boards.Decoded;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.Message;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.boards.StatusReport;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.topic.Topics;

/**
 * Makes events of the broker's messages. Readings are decoded as the bridge does: what it refuses is none here. Times are epoch ms,
 * as everywhere in the API. Stateless.
 */
final class Telling {

    /** A board that was offline sends what it kept: who looks asks for the whole series anew. */
    private static final int READINGS_OF_A_MESSAGE = 50;

    private static final Event ASK_ANEW = new Event("reset", "{}");
    private static final JsonMapper JSON = new JsonMapper();

    private final Decoder decoder;
    private final StatusDecoder statuses;

    Telling(Decoder decoder, StatusDecoder statuses) {
        this.decoder = decoder;
        this.statuses = statuses;
    }

    /** What a message tells; nothing where it is no business of the page. */
    List<Event> of(Message message) {
        String[] levels = message.topic().split("/", -1);
        if (levels.length < 3) {
            return List.of();
        }
        if (levels[2].equals("rejected")) {
            return levels.length == 3 ? refused(message.payload()) : List.of();
        }
        if (levels[2].equals("alerts")) { // what is below tells of each change, also of one that is muted
            boolean inForce = levels.length == 5
                    && Names.isDevice(levels[3])
                    && (Names.isSensor(levels[4]) || levels[4].equals(Names.STATUS));
            return inForce ? List.of(alert(levels[3], levels[4], message.payload())) : List.of();
        }
        if (Topics.isStatus(message.topic())) {
            return statuses.decode(message) instanceof Decoded.Status status
                    ? List.of(device(status.report()))
                    : List.of();
        }
        return SeriesName.ofTopic(message.topic())
                .map(series -> readings(decoder.decode(series, message)))
                .orElse(List.of());
    }

    private static List<Event> readings(List<Decoded> decoded) {
        List<Event> events = new ArrayList<>();
        for (Decoded one : decoded) {
            if (one instanceof Decoded.Accepted accepted) {
                if (events.size() == READINGS_OF_A_MESSAGE) {
                    return List.of(ASK_ANEW);
                }
                events.add(reading(accepted.reading()));
            }
        }
        return events;
    }

    private static Event reading(Reading reading) {
        ObjectNode body = ofSeries(reading.series().device(), reading.series().sensor())
                .put("value", reading.value())
                .put("time", TimeUnit.NANOSECONDS.toMillis(reading.timeNs()));
        return event("reading", body);
    }

    private static Event device(StatusReport report) {
        ObjectNode body = JSON.createObjectNode()
                .put("device", report.device())
                .put("status", report.state().text())
                .put("time", report.at().toEpochMilli());
        return event("device", body);
    }

    /** Something is noted of a board, or no more. */
    static Event changed(String device) {
        return event("device", JSON.createObjectNode().put("device", device));
    }

    /** An alert in force; where there is none any more the bridge clears its topic. */
    private static Event alert(String device, String sensor, byte[] payload) {
        ObjectNode body = ofSeries(device, sensor);
        JsonNode alert = read(payload);
        body.put("level", alert.path("level").asText("ok"));
        copy(alert, "id", body);
        copy(alert, "value", body);
        copy(alert, "threshold", body);
        copy(alert, "message", body);
        copyTime(alert, "status_time", body);
        return event("alert", body);
    }

    private static List<Event> refused(byte[] payload) {
        JsonNode refusal = read(payload);
        if (!refusal.isObject()) {
            return List.of();
        }
        ObjectNode body = JSON.createObjectNode();
        copy(refusal, "device", body);
        copy(refusal, "topic", body);
        copy(refusal, "payload", body);
        copy(refusal, "reason", body);
        copyTime(refusal, "time", body);
        return List.of(event("refused", body));
    }

    private static ObjectNode ofSeries(String device, String sensor) {
        return JSON.createObjectNode().put("device", device).put("sensor", sensor);
    }

    private static void copy(JsonNode from, String name, ObjectNode to) {
        if (from.path(name).isValueNode()) {
            to.set(name, from.get(name));
        }
    }

    private static void copyTime(JsonNode from, String name, ObjectNode to) {
        try {
            to.put("time", Instant.parse(from.path(name).asText()).toEpochMilli());
        } catch (DateTimeException e) {
            // a bridge of another version: without it
        }
    }

    private static JsonNode read(byte[] payload) {
        try {
            return JSON.readTree(payload);
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }

    private static Event event(String name, ObjectNode body) {
        try {
            return new Event(name, JSON.writeValueAsString(body)); // which puts no line break into it
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers can always be written", e);
        }
    }
}
