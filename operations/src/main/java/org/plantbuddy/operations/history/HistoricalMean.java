package org.plantbuddy.operations.history;

import java.util.Map;
import java.util.stream.Collectors;
import org.plantbuddy.influx.Points;
import org.plantbuddy.topic.SeriesName;

/**
 * A 10-minute mean as an archive of an export has it, or a part of one: {@code reading}, {@code reading_min}, {@code reading_max}
 * and {@code reading_count}, in one line or in one each.
 *
 * @param series whose it is
 * @param fields in line protocol; names and types are those that the downsampling writes
 * @param nanos the start of its window, since the epoch
 */
record HistoricalMean(SeriesName series, String fields, long nanos) {

    private static final String COUNT = "reading_count";
    private static final Map<String, String> FIELDS = Map.of(
            "reading",
            HistoricalReading.FLOAT,
            "reading_min",
            HistoricalReading.FLOAT,
            "reading_max",
            HistoricalReading.FLOAT,
            COUNT,
            "\\d{1,18}i");

    /**
     * The mean that a line holds.
     *
     * @param user the user it must belong to
     * @throws ForeignUserException when it belongs to another
     * @throws BadLineException when it is none
     */
    static HistoricalMean of(String line, String user) throws BadLineException {
        LineProtocol parts = LineProtocol.parse(line);
        SeriesName series = HistoricalReading.series(parts, user);
        for (Map.Entry<String, String> field : parts.fields().entrySet()) {
            String pattern = FIELDS.get(field.getKey());
            if (pattern == null || !field.getValue().matches(pattern)) {
                throw new BadLineException(
                        "a mean has the fields reading, reading_min, reading_max, which are numbers, and"
                                + " reading_count, which is a whole one; not '" + BadLineException.shown(field.getKey())
                                + "' with "
                                + BadLineException.shown(field.getValue()));
            }
        }
        long time = parts.time().orElseThrow(() -> new BadLineException("it has no timestamp"));
        return new HistoricalMean(
                series,
                parts.fields().entrySet().stream()
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining(",")),
                time);
    }

    String toLine() {
        return Points.of(series, fields, nanos);
    }
}
