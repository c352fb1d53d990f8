package org.plantbuddy.web.series;

import java.time.LocalDate;

/** Times as InfluxDB writes them: in UTC, {@code 2026-11-27T07:30:00.25Z}. */
final class Rfc3339 {

    private static final int DATE = 10;
    private static final int WHOLE = 19;

    private Rfc3339() {}

    /**
     * Seconds since 1970; many in the time that {@link java.time.Instant#parse} takes for one.
     *
     * @throws RuntimeException when it is no such time
     */
    static double seconds(String time) {
        long day = LocalDate.of(number(time, 0, 4), number(time, 5, 7), number(time, 8, DATE))
                .toEpochDay();
        long seconds =
                day * 86_400 + number(time, 11, 13) * 3600L + number(time, 14, 16) * 60L + number(time, 17, WHOLE);
        int end = time.length() - 1;
        if (end <= WHOLE + 1) {
            return seconds;
        }
        return seconds + number(time, WHOLE + 1, end) / Math.pow(10, end - WHOLE - 1);
    }

    private static int number(String text, int from, int until) {
        return Integer.parseInt(text, from, until, 10);
    }
}
