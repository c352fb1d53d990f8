package org.plantbuddy.bridge.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.bridge.refused.Reason;

/**
 * The readings of a JSON payload, element by element: what can be read in front of a broken element is not lost.
 *
 * <p>Texts that boards print for numbers, such as {@code 036} and {@code NaN}, are read as one element each, so that only
 * this element is refused, and by the same rule as outside JSON.
 */
final class JsonReadings {

    private static final int DEEPEST = 8;
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
    private final List<Decoded> decoded = new ArrayList<>();
    private boolean timeless;

    JsonReadings(String text, Function<Decoder.Element, Decoded> decoder) {
        this.text = text;
        this.decoder = decoder;
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
                Reason.JSON, text, "is not the JSON of a reading" + rest + ": " + RefusedException.shown(what));
    }

    /** Leaves the parser at the end of the element, whatever it is. */
    private void element(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            String found = String.valueOf(parser.getText());
            parser.skipChildren();
            decoded.add(new RefusedException(Reason.JSON, found, "is not an object: " + SHAPE).refused());
            return;
        }
        Fields fields = Fields.of(parser);
        try {
            Decoder.Element element = fields.element();
            if (element.time().isEmpty()) {
                requireFirstWithoutTime();
            }
            decoded.add(decoder.apply(element));
        } catch (RefusedException e) {
            decoded.add(e.refused());
        }
    }

    /** A second one would have the same time as the first, and replace it. */
    private void requireFirstWithoutTime() throws RefusedException {
        if (timeless) {
            throw new RefusedException(
                    Reason.TIME, "", "has no time, like an element before it: only one in an array can go without");
        }
        timeless = true;
    }

    /** The two members that matter, and what kind of value they have. */
    private record Fields(
            @Nullable JsonToken readingType,
            String reading,
            @Nullable JsonToken timeType,
            String time) {

        static Fields of(JsonParser parser) throws IOException {
            Fields fields = new Fields(null, "", null, "");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken type = parser.nextToken();
                String value = String.valueOf(parser.getText());
                if ("reading".equals(name)) {
                    fields = new Fields(type, value, fields.timeType, fields.time);
                } else if ("time".equals(name)) {
                    fields = new Fields(fields.readingType, fields.reading, type, value);
                }
                parser.skipChildren();
            }
            return fields;
        }

        Decoder.Element element() throws RefusedException {
            if (readingType == null) {
                throw new RefusedException(Reason.JSON, "", "has no member \"reading\": " + SHAPE);
            }
            if (!readingType.isNumeric()) {
                throw new RefusedException(
                        Reason.NOT_A_NUMBER,
                        reading,
                        "is not a number: member \"reading\" must be one, without quotes");
            }
            return new Decoder.Element(reading, timeText());
        }

        private Optional<String> timeText() throws RefusedException {
            if (timeType == null) {
                return Optional.empty();
            }
            if (!timeType.isNumeric() && timeType != JsonToken.VALUE_STRING) {
                throw new RefusedException(Reason.TIME, time, "is no time: member \"time\" must be a text or a number");
            }
            return Optional.of(time);
        }
    }
}
