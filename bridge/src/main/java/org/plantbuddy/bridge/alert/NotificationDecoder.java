package org.plantbuddy.bridge.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.plantbuddy.accounts.Alert;
import org.plantbuddy.reading.Level;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.Names;

/**
 * Reads what InfluxDB's notification rule posts.
 *
 * <p>Strict about what an alert is made of; value and threshold may be null or missing; other fields are InfluxDB's own.
 * Stateless and thread-safe.
 */
public final class NotificationDecoder {

    private static final int MAX_MESSAGE = 1_024;
    private static final int MAX_THRESHOLD = 64;
    private static final int MAX_DEPTH = 8;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private NotificationDecoder() {}

    /** The change of level that the body tells, or why it tells none. Never throws. */
    public static Decoded decode(byte[] body) {
        try {
            return new Decoded.Change(alert(JSON.readTree(body)));
        } catch (IOException e) {
            return new Decoded.Malformed("the body is not one JSON object");
        } catch (MalformedFieldException e) {
            return new Decoded.Malformed(e.reason);
        }
    }

    private static Alert alert(JsonNode body) throws MalformedFieldException {
        if (!body.isObject()) {
            throw new MalformedFieldException("the body is not one JSON object");
        }
        String user = name(body, "user", Names::isUser);
        String device = name(body, "device", Names::isDevice);
        String sensor = name(body, "sensor", text -> Names.isSensor(text) || Names.STATUS.equals(text));
        Level level = level(body, "level");
        if (level == Level.UNKNOWN) {
            throw new MalformedFieldException("level must be one of ok, info, warn, crit");
        }
        long statusTimeNs = timeNs(body, "status_time");
        return new Alert(
                AlertId.of(user, device, sensor, level, statusTimeNs),
                user,
                device,
                sensor,
                level,
                level(body, "previous_level"),
                value(body),
                threshold(body),
                printable(text(body, "message"), MAX_MESSAGE),
                timeNs(body, "time"),
                statusTimeNs);
    }

    private static String text(JsonNode body, String field) throws MalformedFieldException {
        JsonNode node = body.path(field);
        if (!node.isTextual()) {
            throw new MalformedFieldException(field + " must be a text");
        }
        return node.textValue();
    }

    private static String name(JsonNode body, String field, Predicate<String> pattern) throws MalformedFieldException {
        String name = text(body, field);
        if (!pattern.test(name)) {
            throw new MalformedFieldException(field + " is not a name that a " + field + " can have");
        }
        return name;
    }

    private static Level level(JsonNode body, String field) throws MalformedFieldException {
        return Level.of(text(body, field))
                .orElseThrow(
                        () -> new MalformedFieldException(field + " must be one of ok, info, warn, crit, unknown"));
    }

    /** None where the change is not about a reading. */
    private static OptionalDouble value(JsonNode body) throws MalformedFieldException {
        JsonNode node = body.path("value");
        if (node.isNull() || node.isMissingNode()) {
            return OptionalDouble.empty();
        }
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw new MalformedFieldException("value must be a finite number or null");
        }
        return OptionalDouble.of(node.doubleValue());
    }

    private static String threshold(JsonNode body) throws MalformedFieldException {
        JsonNode node = body.path("threshold");
        if (node.isNull() || node.isMissingNode()) {
            return "";
        }
        if (!node.isTextual() && !node.isNumber()) {
            throw new MalformedFieldException("threshold must be a text, a number or null");
        }
        return printable(node.asText(), MAX_THRESHOLD);
    }

    private static long timeNs(JsonNode body, String field) throws MalformedFieldException {
        try {
            Instant time = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text(body, field), Instant::from);
            return EpochNs.of(time);
        } catch (DateTimeException | ArithmeticException e) {
            throw new MalformedFieldException(field + " must be an RFC 3339 time from 1678 to 2261");
        }
    }

    /** Texts end on screens and in terminals: control characters do not belong there, and PostgreSQL takes no NUL. */
    private static String printable(String text, int most) {
        String cut = text.codePointCount(0, text.length()) > most
                ? text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…"
                : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", " ");
    }

    private static final class MalformedFieldException extends Exception {

        private final String reason;

        MalformedFieldException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
