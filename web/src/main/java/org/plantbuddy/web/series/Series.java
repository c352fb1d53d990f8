package org.plantbuddy.web.series;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One line of a chart, as its JSON is. Immutable.
 *
 * <p>Where readings are further apart than they usually are, a point without a value stands between them.
 */
public final class Series {

    private static final long LARGEST_WHOLE = 1L << 53;

    private final String device;
    private final String sensor;
    private final int decimals;
    private final double[] times;
    private final double[] values;
    private final double[] min;
    private final double[] max;
    private final boolean withBand;

    /**
     * @param decimals that readings have
     * @param times epoch seconds, ascending: of readings, or of the starts of windows; not empty
     * @param values readings, or means of windows; NaN: none
     * @param min lowest readings of the windows
     * @param max highest readings of the windows
     */
    Series(String device, String sensor, int decimals, double[] times, double[] values, double[] min, double[] max) {
        this(device, sensor, decimals, times, values, min, max, false);
    }

    private Series(
            String device,
            String sensor,
            int decimals,
            double[] times,
            double[] values,
            double[] min,
            double[] max,
            boolean withBand) {
        this.withBand = withBand;
        this.device = device;
        this.sensor = sensor;
        this.decimals = decimals;
        this.times = times.clone();
        this.values = values.clone();
        this.min = min.clone();
        this.max = max.clone();
    }

    @JsonProperty
    public String device() {
        return device;
    }

    @JsonProperty
    public String sensor() {
        return sensor;
    }

    @JsonProperty
    @JsonSerialize(using = Numbers.class)
    double[] times() {
        return times.clone();
    }

    @JsonProperty
    @JsonSerialize(using = Numbers.class)
    double[] values() {
        return values.clone();
    }

    double[] min() {
        return min.clone();
    }

    double[] max() {
        return max.clone();
    }

    @JsonProperty("min")
    @JsonSerialize(using = Numbers.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    double @Nullable [] minOfBand() {
        return withBand ? min() : null;
    }

    @JsonProperty("max")
    @JsonSerialize(using = Numbers.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    double @Nullable [] maxOfBand() {
        return withBand ? max() : null;
    }

    /** The same, whose JSON also has the lowest and the highest reading of each point. */
    Series withBand() {
        return new Series(device, sensor, decimals, times, values, min, max, true);
    }

    /** Of all readings, not of their means. */
    @JsonProperty
    double lowest() {
        return min[lowestOf(min, 1)];
    }

    @JsonProperty
    double lowestAt() {
        return times[lowestOf(min, 1)];
    }

    @JsonProperty
    double highest() {
        return max[lowestOf(max, -1)];
    }

    @JsonProperty
    double highestAt() {
        return times[lowestOf(max, -1)];
    }

    /** Of the points, whose windows are all of one length. */
    @JsonProperty
    double mean() {
        return rounded(
                Arrays.stream(values)
                        .filter(value -> !Double.isNaN(value))
                        .average()
                        .orElse(Double.NaN),
                decimals + 1);
    }

    /** How many digits after the point readings have. */
    @JsonProperty
    int decimals() {
        return decimals;
    }

    int size() {
        return times.length;
    }

    /** What lies in a time; the points without a value do not belong to it. */
    int[] within(double from, double until) {
        return IntStream.range(0, times.length)
                .filter(i -> times[i] >= from && times[i] < until && !Double.isNaN(values[i]))
                .toArray();
    }

    /** The points after a time; empty when there are none. */
    Optional<Series> after(double time) {
        int first = 0;
        while (first < times.length && (times[first] <= time || Double.isNaN(values[first]))) {
            first++;
        }
        int size = times.length;
        return first == size
                ? Optional.empty()
                : Optional.of(new Series(
                        device,
                        sensor,
                        decimals,
                        Arrays.copyOfRange(times, first, size),
                        Arrays.copyOfRange(values, first, size),
                        Arrays.copyOfRange(min, first, size),
                        Arrays.copyOfRange(max, first, size)));
    }

    private static int lowestOf(double[] numbers, int sign) {
        int lowest = 0;
        for (int i = 1; i < numbers.length; i++) {
            // Nothing is lower than NaN.
            if (Double.isNaN(numbers[lowest]) || sign * numbers[i] < sign * numbers[lowest]) {
                lowest = i;
            }
        }
        return lowest;
    }

    /** To so many digits after the point; numbers with more digits than a double has stay as they are. */
    static double rounded(double number, int digits) {
        double scale = Math.pow(10, digits);
        double scaled = number * scale;
        return Math.abs(scaled) < LARGEST_WHOLE ? Math.rint(scaled) / scale : number;
    }

    /** Numbers as short as they can be written, and null for none. */
    static final class Numbers extends JsonSerializer<double[]> {

        @Override
        public void serialize(double[] numbers, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeStartArray();
            for (double number : numbers) {
                if (Double.isNaN(number)) {
                    json.writeNull();
                } else if (number == Math.rint(number) && Math.abs(number) < LARGEST_WHOLE) {
                    json.writeNumber((long) number);
                } else {
                    json.writeNumber(number);
                }
            }
            json.writeEndArray();
        }
    }
}
