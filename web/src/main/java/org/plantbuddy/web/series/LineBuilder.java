package org.plantbuddy.web.series;

import java.time.Duration;
import java.util.Arrays;
import org.plantbuddy.flux.LineQuery;
import org.plantbuddy.web.series.Windows.Window;

/** Puts one line together, from windows and readings in any order. For one thread. */
final class LineBuilder {

    /** A board may send many readings a second; a line of days does not show them, but the page would carry them. */
    private static final double CLOSEST = 15;

    private static final double LEAST_GAP = 600;
    private static final int USUAL_TIMES = 4;

    private final String device;
    private final String sensor;
    private final Windows steps = new Windows();
    private final Windows windows = new Windows();
    private final Windows readings = new Windows();
    private int decimals;

    LineBuilder(String device, String sensor) {
        this.device = device;
        this.sensor = sensor;
    }

    /** Takes what is known of it from before. */
    void take(Series before, double from, double until) {
        decimals = before.decimals();
        double[] times = before.times();
        double[] values = before.values();
        double[] min = before.min();
        double[] max = before.max();
        for (int i : before.within(from, until)) {
            steps.put(times[i], Window.of(values[i], min[i], max[i]));
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
            readings.put(time, Window.of(value, value, value));
            return;
        }
        Window window = (result.startsWith("steps") ? steps : windows).of(time);
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
        return steps.size() + windows.size() + readings.size() == 0;
    }

    /**
     * The line.
     *
     * @param step of its windows; zero: it is of readings
     */
    Series series(Duration step) {
        if (step.compareTo(LineQuery.WINDOW) > 0) {
            merged(readings, LineQuery.WINDOW.toSeconds(), windows);
            merged(windows, step.toSeconds(), steps);
        } else {
            steps.putAll(windows);
            if (step.isZero()) {
                steps.putAll(readings);
            } else {
                thinned();
            }
        }
        // A mean has one digit more than the readings it is of: others are no sensor's.
        for (int i = 0; i < steps.size(); i++) {
            Window window = steps.get(i);
            window.mean = Series.rounded(window.mean, decimals + 1);
        }
        return withGaps(step.toSeconds());
    }

    /** Adds windows of what is shorter; those that are there stay. */
    private static void merged(Windows shorter, long seconds, Windows into) {
        int next = 0;
        while (next < shorter.size()) {
            double start = Math.floor(shorter.time(next) / seconds) * seconds;
            double sum = 0;
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            int first = next;
            for (; next < shorter.size() && shorter.time(next) < start + seconds; next++) {
                Window window = shorter.get(next);
                sum += window.mean;
                min = Math.min(min, window.min);
                max = Math.max(max, window.max);
            }
            into.putIfAbsent(start, Window.of(sum / (next - first), min, max));
        }
    }

    /** Of readings close to one another the last is shown, with the lowest and the highest of them. */
    private void thinned() {
        Windows shown = new Windows();
        double first = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < readings.size(); i++) {
            double time = readings.time(i);
            Window window = readings.get(i);
            if (time - first < CLOSEST) {
                Window other = shown.get(shown.size() - 1);
                window.min = Math.min(window.min, other.min);
                window.max = Math.max(window.max, other.max);
                shown.removeLast();
            } else {
                first = time;
            }
            shown.put(time, window);
        }
        steps.putAll(shown);
    }

    private Series withGaps(long step) {
        double[] all = steps.times();
        double most = longest(all, step);
        int gaps = 0;
        for (int i = 1; i < all.length; i++) {
            gaps += all[i] - all[i - 1] > most ? 1 : 0;
        }
        double[][] points = new double[4][all.length + gaps];
        int at = 0;
        double before = Double.NaN;
        for (int i = 0; i < all.length; i++) {
            double time = all[i];
            if (time - before > most) {
                points[0][at] = before + Math.max(1, step);
                points[1][at] = Double.NaN;
                points[2][at] = Double.NaN;
                points[3][at++] = Double.NaN;
            }
            Window window = steps.get(i);
            points[0][at] = time;
            points[1][at] = window.mean;
            points[2][at] = window.min;
            points[3][at++] = window.max;
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
