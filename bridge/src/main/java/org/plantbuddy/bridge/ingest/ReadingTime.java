package org.plantbuddy.bridge.ingest;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.plantbuddy.bridge.refused.Reason;

/**
 * The time of a reading: RFC 3339, or a number of s, ms, µs or ns since 1970, told apart by magnitude.
 *
 * <p>Below 10^11 it is seconds (until the year 5138), below 10^14 ms, below 10^17 µs, else ns. Stateless.
 */
final class ReadingTime {

    static final Duration MOST_AHEAD = Duration.ofMinutes(10);

    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?");
    private static final BigDecimal SECONDS_BELOW = BigDecimal.TEN.pow(11);
    private static final BigDecimal MILLIS_BELOW = BigDecimal.TEN.pow(14);
    private static final BigDecimal MICROS_BELOW = BigDecimal.TEN.pow(17);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final long NS_PER_S = 1_000_000_000;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NS_PER_S - 1;
    private static final int LONGEST = 64;

    private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
            .toFormatter(Locale.ROOT)
            .withChronology(IsoChronology.INSTANCE)
            .withResolverStyle(ResolverStyle.STRICT);

    private ReadingTime() {}

    /** Epoch ns. */
    static long parse(String text) throws RefusedException {
        if (isPlainNs(text)) {
            return Long.parseLong(text);
        }
        if (text.length() <= LONGEST && NUMBER.matcher(text).matches()) {
            return ofNumber(text, new BigDecimal(text));
        }
        try {
            if (text.length() <= LONGEST) {
                Instant instant =
                        OffsetDateTime.parse(text.replace(' ', 'T'), RFC_3339).toInstant();
                if (Math.abs(instant.getEpochSecond()) < MAX_SECONDS) {
                    return instant.getEpochSecond() * NS_PER_S + instant.getNano();
                }
            }
        } catch (DateTimeException e) {
            // told below, in words for people who program boards
        }
        throw new RefusedException(
                Reason.TIME,
                text,
                "is no time: it must be RFC 3339 with a zone, or a number of s, ms, µs or ns since 1970");
    }

    /** The broker's stamp, epoch ns; empty when it is none of our broker's. */
    static Optional<Long> ofStamp(String text) {
        return isPlainNs(text) ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** The form of the broker's stamp, which every message has: 18 or 19 digits, below 9 * 10^18. */
    private static boolean isPlainNs(String text) {
        int length = text.length();
        if (length != 18 && length != 19) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return text.charAt(0) != '0' && (length == 18 || text.charAt(0) != '9');
    }

    private static long ofNumber(String text, BigDecimal number) throws RefusedException {
        BigDecimal size = number.abs();
        int exponent = size.compareTo(SECONDS_BELOW) < 0
                ? 9
                : size.compareTo(MILLIS_BELOW) < 0 ? 6 : size.compareTo(MICROS_BELOW) < 0 ? 3 : 0;
        BigDecimal ns = number.movePointRight(exponent).setScale(0, RoundingMode.FLOOR);
        if (ns.abs().compareTo(MAX) > 0) {
            throw new RefusedException(Reason.TIME, text, "is no time: it is beyond the year 2262");
        }
        return ns.longValueExact();
    }

    /** Refuses what is too far ahead, and what the bucket would not keep. */
    static void check(long timeNs, Instant now, Duration kept) throws RefusedException {
        Instant time = instant(timeNs);
        if (time.isAfter(now.plus(MOST_AHEAD))) {
            throw new RefusedException(
                    Reason.TIME, time.toString(), "is more than " + MOST_AHEAD.toMinutes() + " min ahead");
        }
        if (!kept.isZero() && time.isBefore(now.minus(kept))) {
            throw new RefusedException(
                    Reason.TIME, time.toString(), "is older than the " + kept.toHours() + " h that readings are kept");
        }
    }

    static Instant instant(long epochNs) {
        return Instant.ofEpochSecond(Math.floorDiv(epochNs, NS_PER_S), Math.floorMod(epochNs, NS_PER_S));
    }
}
