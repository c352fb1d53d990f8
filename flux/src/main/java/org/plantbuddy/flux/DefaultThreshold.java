package org.plantbuddy.flux;

/**
 * What holds where nobody set a threshold, and the only place that says so: {@code check.flux} gets it as an option, the page
 * asks for it.
 *
 * @param critBelow {@code crit} at this value or below, in the sensor's own unit
 * @param hysteresis how far a reading must come back past it until the level ends
 */
public record DefaultThreshold(String sensor, double critBelow, double hysteresis) {

    public static final DefaultThreshold SOIL_MOISTURE = new DefaultThreshold("soil_moisture", 35, 2);

    /** A record of Flux. */
    String option() {
        return "{sensor: \"" + sensor + "\", crit_below: " + critBelow + ", hysteresis: " + hysteresis + "}";
    }
}
