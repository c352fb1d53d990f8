package org.plantbuddy.web.series;

/** Times as InfluxDB writes them: in UTC, {@code 2026-11-27T07:30:00.25Z}. */
final class Rfc3339 {

    private static final int DATE = 10;
    private static final int WHOLE = 19;

    /** From the March before the first year. */
    private static final long DAYS_BEFORE_1970 = 719_468;

    private Rfc3339() {}

    /**
     * Seconds since 1970; many in the time that {@link java.time.Instant#parse} takes for one.
     *
     * @throws RuntimeException when it is no such time
     */
    static double seconds(String time) {
        long day = day(number(time, 0, 4), number(time, 5, 7), number(time, 8, DATE));
        long seconds =
                day * 86_400 + number(time, 11, 13) * 3600L + number(time, 14, 16) * 60L + number(time, 17, WHOLE);
        int end = time.length() - 1;
        if (end <= WHOLE + 1) {
            return seconds;
        }
        return seconds + number(time, WHOLE + 1, end) / Math.pow(10, end - WHOLE - 1);
    }

    private static int number(String text, int from, int until) {
        int number = 0;
        for (int i = from; i < until; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new NumberFormatException("no time: " + text);
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** Since 1970. Years begin in March, so that the day of a leap year is the last of one. */
    private static long day(int year, int month, int dayOfMonth) {
        long years = month > 2 ? year : year - 1L;
        long dayOfYear = (153L * ((month + 9) % 12) + 2) / 5 + dayOfMonth - 1;
        return 365 * years + years / 4 - years / 100 + years / 400 + dayOfYear - DAYS_BEFORE_1970;
    }
}
