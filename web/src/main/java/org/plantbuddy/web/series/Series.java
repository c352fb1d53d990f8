package org.plantbuddy.web.series;

import java.util.List;

/**
 * One line of a chart.
 *
 * @param times epoch seconds, ascending: the starts of 10-minute windows, then the times of the newest minutes' readings
 * @param values the means of those windows, then the readings themselves
 * @param lowest of all readings in this time, not of their means
 * @param highest of all readings in this time
 */
public record Series(
        String device, String sensor, List<Double> times, List<Double> values, double lowest, double highest) {

    public Series {
        times = List.copyOf(times);
        values = List.copyOf(values);
    }
}
