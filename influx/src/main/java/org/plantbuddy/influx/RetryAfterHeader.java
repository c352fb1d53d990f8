package org.plantbuddy.influx;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long a {@code Retry-After} header asks to wait: seconds or a date, and within reason. */
final class RetryAfterHeader {

    /** Nobody is helped by a bridge that sleeps for a day. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private RetryAfterHeader() {}

    /** Zero where it says nothing that can be understood. */
    static Duration parse(String header, Clock clock) {
        String text = header.strip();
        Duration asked = Duration.ZERO;
        if (text.matches("\\d+")) {
            asked = text.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(text));
        } else {
            try {
                asked = Duration.between(
                        clock.instant(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
            } catch (DateTimeException e) {
                // an own backoff is as good
            }
        }
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    }
}
