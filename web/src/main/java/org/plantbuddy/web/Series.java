package org.plantbuddy.web;

import java.util.List;

/**
 * One line of a chart.
 *
 * @param times epoch seconds, ascending: the start of each window, and last the time of the newest reading
 * @param values mean of each window, and last the newest reading itself
 */
record Series(String device, String sensor, List<Double> times, List<Double> values) {

    Series {
        times = List.copyOf(times);
        values = List.copyOf(values);
    }
}
