package org.plantbuddy.web.series;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.plantbuddy.flux.LineQuery;

/** Puts one line together, from windows and readings in any order. For one thread. */
final class LineBuilder {

    /** A board may send many readings a second; a line of days does not show them, but the page would carry them. */
    private static final double CLOSEST = 15;

    private static final double LEAST_GAP = 600;
    private static final int USUAL_TIMES = 4;

    private final String device;
    private final String sensor;
    private final TreeMap<Double, Window> steps = new TreeMap<>();
    private final TreeMap<Double, Window> windows = new TreeMap<>();
    private final TreeMap<Double, Window> readings = new TreeMap<>();
    private int decimals;

    LineBuilder(String device, String sensor) {
        this.device = device;
        this.sensor = sensor;
    }

    private static final class Window {
        private double mean = Double.NaN;
        private double min = Double.NaN;
        private double max = Double.NaN;
    }

    /** Takes what is known of it from before. */
    void take(Series before, double from, double until) {
        decimals = before.decimals();
        double[] times = before.times();
        double[] values = before.values();
        double[] min = before.min();
        double[] max = before.max();
        for (int i : before.within(from, until)) {
            Window window = new Window();
            window.mean = values[i];
            window.min = min[i];
            window.max = max[i];
            steps.put(times[i], window);
        }
    }

    /**
     * Takes a row of {@code graph.flux} or {@code readings.flux}.
     *
     * @param text the value as InfluxDB writes it
     */
    void take(String result, String field, double time, String text) {
        double value = Double.parseDouble(text);
        if (result.equals("readings")) {
            saw(text);
            Window reading = new Window();
            reading.mean = value;
            reading.min = value;
            reading.max = value;
            readings.put(time, reading);
            return;
        }
        Window window = (result.startsWith("steps") ? steps : windows).computeIfAbsent(time, key -> new Window());
        switch (field) {
            case "reading_min" -> {
                saw(text);
                window.min = value;
            }
            case "reading_max" -> {
                saw(text);
                window.max = value;
            }
            default -> window.mean = value;
        }
    }

    private void saw(String text) {
        int point = text.indexOf('.');
        decimals = Math.max(decimals, point < 0 ? 0 : text.length() - point - 1);
    }

    int readings() {
        return readings.size();
    }

    boolean isEmpty() {
        return steps.isEmpty() && windows.isEmpty() && readings.isEmpty();
    }

    /**
     * The line.
     *
     * @param step of its windows; zero: it is of readings
     */
    Series series(Duration step) {
        if (step.compareTo(LineQuery.WINDOW) > 0) {
            merge(readings, windows, LineQuery.WINDOW.toSeconds());
            merge(windows, steps, step.toSeconds());
        } else {
            steps.putAll(windows);
            if (step.isZero()) {
                steps.putAll(readings);
            } else {
                thinned();
            }
        }
        // A mean has one digit more than the readings it is of: others are no sensor's.
        steps.values().forEach(window -> window.mean = Series.rounded(window.mean, decimals + 1));
        return withGaps(step.toSeconds());
    }

    /** Windows of what is shorter; those that are there stay. */
    private static void merge(Map<Double, Window> from, Map<Double, Window> into, long seconds) {
        TreeMap<Double, double[]> sums = new TreeMap<>();
        from.forEach((time, window) -> {
            double start = Math.floor(time / seconds) * seconds;
            double[] sum = sums.computeIfAbsent(
                    start, key -> new double[] {0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY});
            sum[0] += window.mean;
            sum[1]++;
            sum[2] = Math.min(sum[2], window.min);
            sum[3] = Math.max(sum[3], window.max);
        });
        sums.forEach((start, sum) -> {
            Window window = new Window();
            window.mean = sum[0] / sum[1];
            window.min = sum[2];
            window.max = sum[3];
            into.putIfAbsent(start, window);
        });
        from.clear();
    }

    /** Of readings close to one another the last is shown, with the lowest and the highest of them. */
    private void thinned() {
        double first = Double.NEGATIVE_INFINITY;
        double shown = first;
        for (Map.Entry<Double, Window> reading : readings.entrySet()) {
            Window window = reading.getValue();
            if (reading.getKey() - first < CLOSEST) {
                Window other = Objects.requireNonNull(steps.remove(shown));
                window.min = Math.min(window.min, other.min);
                window.max = Math.max(window.max, other.max);
            } else {
                first = reading.getKey();
            }
            shown = reading.getKey();
            steps.put(shown, window);
        }
    }

    private Series withGaps(long step) {
        double[] all = steps.keySet().stream().mapToDouble(Double::doubleValue).toArray();
        double most = longest(all, step);
        int gaps = 0;
        for (int i = 1; i < all.length; i++) {
            gaps += all[i] - all[i - 1] > most ? 1 : 0;
        }
        double[][] points = new double[4][all.length + gaps];
        int at = 0;
        double before = Double.NaN;
        for (Map.Entry<Double, Window> point : steps.entrySet()) {
            double time = point.getKey();
            if (time - before > most) {
                points[0][at] = before + Math.max(1, step);
                points[1][at] = Double.NaN;
                points[2][at] = Double.NaN;
                points[3][at++] = Double.NaN;
            }
            points[0][at] = time;
            points[1][at] = point.getValue().mean;
            points[2][at] = point.getValue().min;
            points[3][at++] = point.getValue().max;
            before = time;
        }
        return new Series(device, sensor, decimals, points[0], points[1], points[2], points[3]);
    }

    /** A line must not bridge the hours in which a board was silent. */
    private static double longest(double[] times, long step) {
        double[] steps = new double[Math.max(0, times.length - 1)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = times[i + 1] - times[i];
        }
        Arrays.sort(steps);
        // Of a single distance nobody knows whether it is usual.
        double usual = Math.max((double) step, steps.length < 2 ? 0 : steps[(steps.length - 1) / 2]);
        return step > LineQuery.WINDOW.toSeconds() ? 1.5 * usual : Math.max(LEAST_GAP, USUAL_TIMES * usual);
    }
}
