package org.plantbuddy.boards;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.text.Unseen;

/**
 * The readings of a JSON payload, element by element: what can be read in front of a broken element is not lost.
 *
 * <p>Texts that boards print for numbers, such as {@code 036} and {@code NaN}, are read as one element each, so that only
 * this element is refused, and by the same rule as outside JSON.
 */
final class JsonReadings {

    private static final int DEEPEST = 8;
    private static final String READING = "reading";
    private static final List<String> TIMES = List.of("time", "timestamp", "ts", "Time", "datetime");
    private static final List<String> BESIDE = List.of("unit", "id");
    private static final String MEMBERS = "it has \"reading\", at most one of \"" + String.join("\", \"", TIMES)
            + "\", and may have \"" + String.join("\" and \"", BESIDE) + "\"";
    private static final String SHAPE = "a reading is {\"reading\": 21.5} or {\"reading\": 21.5, \"time\": …}";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
            .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(1_000)
                    .maxStringLength(Decoder.MAX_PAYLOAD)
                    .build())
            .build();

    private final String text;
    private final Function<Decoder.Element, Decoded> decoder;
    private final boolean room;
    private final List<Decoded> decoded = new ArrayList<>();
    private boolean timeless;

    /** @param room whether different values of the message's own time are stored apart */
    JsonReadings(String text, boolean room, Function<Decoder.Element, Decoded> decoder) {
        this.text = text;
        this.decoder = decoder;
        this.room = room;
    }

    List<Decoded> read() {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    element(parser);
                }
                requireSome();
                requireEnd(parser);
            } else {
                element(parser);
                requireNothingElse(parser);
            }
        } catch (RefusedException e) {
            decoded.add(e.refused());
        } catch (IOException e) {
            decoded.add(broken(e).refused());
        }
        return decoded;
    }

    private void requireEnd(JsonParser parser) throws IOException, RefusedException {
        if (parser.nextToken() != null) {
            throw new RefusedException(Reason.JSON, text, "goes on after its end: " + SHAPE);
        }
    }

    /** Only an array can have good elements beside bad ones: one object is a reading as a whole, or none. */
    private void requireNothingElse(JsonParser parser) throws IOException, RefusedException {
        List<Decoded> alone = List.copyOf(decoded);
        decoded.clear();
        requireEnd(parser);
        decoded.addAll(alone);
    }

    private void requireSome() throws RefusedException {
        if (decoded.isEmpty()) {
            throw new RefusedException(Reason.JSON, text, "has no reading in it: " + SHAPE);
        }
    }

    private RefusedException broken(IOException e) {
        String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        String rest = decoded.isEmpty() ? "" : " from element " + decoded.size() + " on, the ones before are taken";
        return new RefusedException(
                Reason.JSON, text, "is not the JSON of a reading" + rest + ": " + Decoded.Refused.shown(what));
    }

    /** Leaves the parser at the end of the element, whatever it is. */
    private void element(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            String found = String.valueOf(parser.getText());
            parser.skipChildren();
            decoded.add(Decoded.Refused.of(Reason.JSON, found, "is not an object: " + SHAPE));
            return;
        }
        Map<String, Value> members = members(parser);
        try {
            Decoder.Element element = element(members);
            if (element.time().isEmpty()) {
                requireRoomWithoutTime();
            }
            decoded.add(decoder.apply(element));
        } catch (RefusedException e) {
            decoded.add(e.refused());
        }
    }

    /** Where the message's time leaves no room, a second one would have the same as the first, and replace it. */
    private void requireRoomWithoutTime() throws RefusedException {
        if (timeless && !room) {
            throw new RefusedException(
                    Reason.TIME, "", "has no time, like an element before it: a second one would replace it");
        }
        timeless = true;
    }

    private static Map<String, Value> members(JsonParser parser) throws IOException {
        Map<String, Value> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken type = parser.nextToken();
            members.put(name, new Value(type, String.valueOf(parser.getText())));
            parser.skipChildren();
        }
        return members;
    }

    private static Decoder.Element element(Map<String, Value> members) throws RefusedException {
        for (String name : members.keySet()) {
            if (!READING.equals(name) && !TIMES.contains(name) && !BESIDE.contains(name)) {
                throw new RefusedException(Reason.JSON, name, "is no member of a reading: " + MEMBERS);
            }
        }
        @Nullable Value reading = members.get(READING);
        if (reading == null) {
            throw new RefusedException(Reason.JSON, "", "has no member \"reading\": " + SHAPE);
        }
        if (!reading.type.isNumeric()) {
            throw new RefusedException(
                    Reason.NOT_A_NUMBER,
                    reading.text,
                    "is not a number: member \"reading\" must be one, without quotes");
        }
        return new Decoder.Element(reading.text, time(members));
    }

    private static Optional<String> time(Map<String, Value> members) throws RefusedException {
        List<String> names = TIMES.stream().filter(members::containsKey).toList();
        if (names.size() > 1) {
            throw new RefusedException(
                    Reason.TIME, String.join("' and '", names), "each give a time: a reading has one");
        }
        for (String name : names) {
            Value time = members.get(name);
            if (time == null || (!time.type.isNumeric() && time.type != JsonToken.VALUE_STRING)) {
                throw new RefusedException(
                        Reason.TIME,
                        time == null ? "" : time.text,
                        "is no time: member \"" + name + "\" must be a text or a number");
            }
            return Optional.of(Unseen.strip(time.text));
        }
        return Optional.empty();
    }

    private record Value(JsonToken type, String text) {}
}
