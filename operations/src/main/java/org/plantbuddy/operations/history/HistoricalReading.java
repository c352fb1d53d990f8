package org.plantbuddy.operations.history;

import java.util.Map;
import java.util.Set;
import org.plantbuddy.influx.Points;
import org.plantbuddy.time.SentTime;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.SeriesName;

/**
 * A reading of the past.
 *
 * @param series whose it is
 * @param value finite
 * @param nanos when, since the epoch
 */
record HistoricalReading(SeriesName series, double value, long nanos) {

    private static final String FIELD = "reading";
    private static final Set<String> TAGS = Set.of("user", "device_id");

    /** A field that is a finite number, unless it is too large for one. */
    static final String FLOAT = "[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?";

    private static final String NUMBER = FLOAT + "|[+-]?\\d+[iu]";

    /**
     * The reading that a line holds.
     *
     * @param user the user it must belong to
     * @throws ForeignUserException when it belongs to another
     * @throws BadLineException when it is not a reading as Plant Buddy keeps them
     */
    static HistoricalReading of(String line, String user) throws BadLineException {
        LineProtocol parts = LineProtocol.parse(line);
        SeriesName series = series(parts, user);
        double value = value(parts.fields());
        return new HistoricalReading(series, value, time(parts).of(value));
    }

    /**
     * Whose a line is.
     *
     * @param user the user it must belong to
     * @throws ForeignUserException when it belongs to another
     */
    static SeriesName series(LineProtocol parts, String user) throws BadLineException {
        String owner = tag(parts.tags(), "user");
        if (!owner.equals(user)) {
            throw new ForeignUserException(owner, user);
        }
        for (String tag : parts.tags().keySet()) {
            if (!TAGS.contains(tag)) {
                throw new BadLineException(
                        "a reading has the tags user and device_id, not '" + BadLineException.shown(tag) + "'");
            }
        }
        return series(user, tag(parts.tags(), "device_id"), parts.measurement());
    }

    private static SeriesName series(String user, String device, String sensor) throws BadLineException {
        try {
            return new SeriesName(user, device, sensor);
        } catch (InvalidNameException e) {
            throw new BadLineException(String.valueOf(e.getMessage()));
        }
    }

    private static SentTime time(LineProtocol parts) throws BadLineException {
        long time = parts.time().orElseThrow(() -> new BadLineException("it has no timestamp"));
        return SentTime.of(Long.toString(time))
                .orElseThrow(() -> new BadLineException("its time is beyond what InfluxDB can keep"));
    }

    private static String tag(Map<String, String> tags, String name) throws BadLineException {
        String value = tags.get(name);
        if (value == null) {
            throw new BadLineException("the tag " + name + " is missing");
        }
        return value;
    }

    private static double value(Map<String, String> fields) throws BadLineException {
        String text = fields.get(FIELD);
        if (text == null || fields.size() > 1) {
            throw new BadLineException("a reading has the field 'reading' and no other");
        }
        if (text.matches(NUMBER)) {
            double value = Double.parseDouble(text.replaceAll("[iu]$", ""));
            if (Double.isFinite(value)) {
                return value;
            }
        }
        throw new BadLineException("its reading " + BadLineException.shown(text) + " is not a finite number");
    }

    HistoricalReading shiftedBy(long shiftNanos) throws BadLineException {
        try {
            return new HistoricalReading(series, value, Math.addExact(nanos, shiftNanos));
        } catch (ArithmeticException e) {
            throw new BadLineException("its time is beyond what InfluxDB can keep");
        }
    }

    /** Always a float, whatever it was: a field of InfluxDB has one type. All names have passed their patterns. */
    String toLine() {
        return Points.reading(series, value, nanos);
    }
}
