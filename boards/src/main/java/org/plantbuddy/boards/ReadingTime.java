package org.plantbuddy.boards;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.time.SentTime;

/** What a reading's time may be, and the reason where it may not. Stateless. */
final class ReadingTime {

    static final Duration MOST_AHEAD = Duration.ofMinutes(10);

    private static final Instant SET_SINCE = Instant.parse("2020-01-01T00:00:00Z");
    private static final long S_FROM_1970_TO_2000 = 946_684_800;

    /** How old a reading may be that a board kept while it was offline. */
    private static final Duration OFFLINE = Duration.ofDays(30);

    private ReadingTime() {}

    static SentTime parse(String text) throws RefusedException {
        if (isPlainNs(text)) {
            return ofStamp(Long.parseLong(text));
        }
        return SentTime.of(text)
                .orElseThrow(() -> new RefusedException(
                        Reason.TIME,
                        text,
                        "is no time: it must be RFC 3339 with a zone, or a number of s, ms, µs or ns since 1970, and not"
                                + " beyond the year 2262"));
    }

    static SentTime ofStamp(long stampNs) {
        return new SentTime(stampNs, TimeUnit.NANOSECONDS);
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

    /** Refuses what is too far ahead, what the bucket would not keep, and the time of a clock that was not set. */
    static void check(long timeNs, Instant now, Duration kept) throws RefusedException {
        Instant time = EpochNs.instant(timeNs);
        if (time.isAfter(now.plus(MOST_AHEAD))) {
            throw new RefusedException(
                    Reason.TIME, time.toString(), "is more than " + MOST_AHEAD.toMinutes() + " min ahead");
        }
        if (time.isBefore(SET_SINCE)) {
            throw new RefusedException(Reason.TIME, time.toString(), clockNotSet(time, now));
        }
        if (!kept.isZero() && time.isBefore(now.minus(kept))) {
            throw new RefusedException(
                    Reason.TIME, time.toString(), "is older than the " + kept.toHours() + " h that readings are kept");
        }
    }

    private static String clockNotSet(Instant time, Instant now) {
        Instant from2000 = time.plusSeconds(S_FROM_1970_TO_2000);
        return from2000.isAfter(now.minus(OFFLINE)) && !from2000.isAfter(now.plus(MOST_AHEAD))
                ? "is 30 years back: is this board's clock set? It seems to count from the year 2000, as MicroPython does: add "
                        + S_FROM_1970_TO_2000 + " s"
                : "is before 2020: is this board's clock set? Set it, by NTP for example, before a time is sent, or send none:"
                        + " then the time of arrival is taken";
    }
}
