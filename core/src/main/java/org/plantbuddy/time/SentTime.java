package org.plantbuddy.time;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A time as it was sent, and how finely: RFC 3339, or a number of s, ms, µs or ns since 1970, told apart by magnitude.
 *
 * <p>Below 10^11 it is seconds (until the year 5138), below 10^14 ms, below 10^17 µs, else ns. Digits after the point make
 * it as much finer.
 *
 * @param ns epoch ns
 * @param unit of seconds, ms, µs and ns the coarsest that shows all of its digits
 */
public record SentTime(long ns, TimeUnit unit) {

    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?");
    private static final Pattern ZONE_WITHOUT_COLON = Pattern.compile("([+-]\\d{2})(\\d{2})$");
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

    /** Values of one s or ms that are told apart for certain: below half of these, to so many decimal places. */
    private static final int PLACES_OF_S = 3;

    private static final int PLACES_OF_MS = 2;

    /** Empty when the text is no time between the years 1677 and 2262. A zone may lack its colon. */
    public static Optional<SentTime> of(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        return NUMBER.matcher(text).matches() ? ofNumber(new BigDecimal(text)) : ofRfc3339(text);
    }

    private static Optional<SentTime> ofNumber(BigDecimal number) {
        int digits = number.precision() - number.scale();
        int finer = digits <= 11 ? 0 : digits <= 14 ? 3 : digits <= 17 ? 6 : 9;
        BigDecimal ns = number.movePointRight(9 - finer).setScale(0, RoundingMode.FLOOR);
        return ns.abs().compareTo(MAX) > 0
                ? Optional.empty()
                : Optional.of(new SentTime(ns.longValueExact(), unit(finer + number.scale())));
    }

    private static Optional<SentTime> ofRfc3339(String text) {
        try {
            String colon = ZONE_WITHOUT_COLON.matcher(text.replace(' ', 'T')).replaceFirst("$1:$2");
            Instant instant = OffsetDateTime.parse(colon, RFC_3339).toInstant();
            if (Math.abs(instant.getEpochSecond()) < MAX_SECONDS) {
                int point = colon.indexOf('.') + 1;
                int end = point;
                while (Character.isDigit(colon.charAt(end))) {
                    end++;
                }
                return Optional.of(new SentTime(
                        instant.getEpochSecond() * NS_PER_S + instant.getNano(), unit(point == 0 ? 0 : end - point)));
            }
        } catch (DateTimeException e) {
            // Who asked says it in words for people who program boards.
        }
        return Optional.empty();
    }

    private static TimeUnit unit(int digits) {
        return digits == 0
                ? TimeUnit.SECONDS
                : digits <= 3 ? TimeUnit.MILLISECONDS : digits <= 6 ? TimeUnit.MICROSECONDS : TimeUnit.NANOSECONDS;
    }

    /** Whether different values of this time are stored apart. */
    public boolean leavesRoom() {
        return unit.compareTo(TimeUnit.MICROSECONDS) > 0;
    }

    /**
     * When a value of this time is stored, in epoch ns. A time of whole s or ms leaves room: different values lie apart, by
     * less than the unit and by what follows from the value alone, so the same reading sent again is the same point.
     *
     * <p>Up to half of the room's places, as thousandths of a value (of ms: hundredths), each such value has its own, near
     * the time itself: 36 at 12:00:00 is at 12:00:00.000072. The other values are scattered over the room.
     */
    public long of(double value) {
        return switch (unit) {
            case SECONDS -> ns + place(value, PLACES_OF_S, NS_PER_S);
            case MILLISECONDS -> ns + place(value, PLACES_OF_MS, NS_PER_S / 1_000);
            default -> ns;
        };
    }

    private static long place(double value, int decimals, long room) {
        double shifted = value * Math.pow(10, decimals);
        if (Math.abs(shifted) < room / 2.0) {
            long whole = Math.round(shifted);
            if (value == BigDecimal.valueOf(whole, decimals).doubleValue()) {
                return whole < 0 ? -2 * whole - 1 : 2 * whole;
            }
        }
        return Math.floorMod(scattered(Double.doubleToLongBits(value)), room);
    }

    /** All bits depend on all bits: the last step of SplitMix64 (Steele, Lea, Flood: Fast splittable generators, 2014). */
    private static long scattered(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
