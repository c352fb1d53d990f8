package org.plantbuddy.reading;

import org.plantbuddy.topic.SeriesName;

/**
 * One value of one series. The same series and time is the same reading: the last one wins.
 *
 * @param timeNs epoch ns
 * @param value finite
 * @param stampNs when the broker got it; 0 where that is not known
 */
public record Reading(SeriesName series, long timeNs, double value, long stampNs) {

    public Reading {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a reading of " + series.topic() + " is not finite");
        }
    }
}
