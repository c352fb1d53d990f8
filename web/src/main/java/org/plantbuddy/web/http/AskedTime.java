package org.plantbuddy.web.http;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.LineQuery;

/** A time in a request's query: RFC 3339, or ms since 1970. */
public final class AskedTime {

    private AskedTime() {}

    /**
     * Empty where it is not given.
     *
     * @throws Problem 400 when it is none, or out of the time that readings can be of
     */
    public static Optional<Instant> of(Context context, String parameter) {
        @Nullable String text = context.queryParam(parameter);
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant time = text.matches("\\d{1,15}")
                    ? Instant.ofEpochMilli(Long.parseLong(text))
                    : OffsetDateTime.parse(text).toInstant();
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LineQuery.LATEST)) {
                throw new DateTimeParseException("not in a time that has readings", text, 0);
            }
            return Optional.of(time);
        } catch (DateTimeParseException e) {
            throw new Problem(
                    400, "'" + text + "' is no time for " + parameter, "write 2026-11-24T08:00:00Z, or ms since 1970");
        }
    }
}
