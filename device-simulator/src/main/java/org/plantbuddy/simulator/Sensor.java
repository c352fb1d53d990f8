package org.plantbuddy.simulator;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The five sensors of a Plant Buddy board, in the units and the precision it sends. */
public enum Sensor {
    /** Percent of full daylight, whole. */
    LIGHT("light", 0, 0, 100),
    /** Percent between dry air and water, whole. */
    SOIL_MOISTURE("soil_moisture", 0, 0, 100),
    /** Percent relative humidity, whole. */
    HUMIDITY("humidity", 0, 0, 100),
    /** Degrees Celsius, one decimal. */
    SOIL_TEMP("soil_temp", 1, -10, 50),
    /** Degrees Celsius, one decimal. */
    AIR_TEMP("air_temp", 1, -20, 60);

    private final String topicName;
    private final int decimals;
    private final double lowest;
    private final double highest;

    Sensor(String topicName, int decimals, double lowest, double highest) {
        this.topicName = topicName;
        this.decimals = decimals;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** The name in topics and the measurement in InfluxDB. */
    public String topicName() {
        return topicName;
    }

    /** What the sensor can tell of {@code value}: within its range, at its precision. */
    BigDecimal measure(double value) {
        double within = Math.min(highest, Math.max(lowest, value));
        return BigDecimal.valueOf(within).setScale(decimals, RoundingMode.HALF_UP);
    }
}
