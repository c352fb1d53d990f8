package org.plantbuddy.simulator;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * A plant on a window sill: its soil dries out exponentially and is watered before it is dust, light and warmth follow
 * the sun, and every sensor has its noise. Its state is a function of seed and time alone: the same plant asked twice
 * about an instant answers the same, and nothing has to run in between. Immutable.
 */
public final class Plant {

    /** Below this the plant is in need: where nobody set a threshold, Plant Buddy alerts at 35. */
    static final double IN_NEED = 35;

    private static final double WATERED = 80;
    private static final double WATERED_LEAST = 72;
    private static final double TOO_DRY = 15;
    /** What soil holds even when it feels dry: the level that drying tends to. */
    private static final double BONE_DRY = 8;

    private static final double SENSOR_NOISE = 0.4;

    private final Noise noise;
    private final Instant watered;
    private final double dryingPerMilli;
    private final long betweenWateringsMillis;

    /**
     * A plant that was watered just now, or then.
     *
     * @param seed another seed, another plant
     * @param watered an instant at which it was watered
     * @param driesWithin how long after watering its {@code soil_moisture} has certainly passed 35
     * @throws IllegalArgumentException when {@code driesWithin} is under a second
     */
    public Plant(long seed, Instant watered, Duration driesWithin) {
        if (driesWithin.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a plant dries within a second or more, not " + driesWithin);
        }
        this.noise = new Noise(seed);
        this.watered = watered;
        double wettest = WATERED - BONE_DRY;
        dryingPerMilli = Math.log(wettest / (IN_NEED - 1 - BONE_DRY)) / driesWithin.toMillis();
        betweenWateringsMillis = (long) (Math.log(wettest / (TOO_DRY - 1 - BONE_DRY)) / dryingPerMilli);
    }

    /** What {@code sensor} tells at {@code time}: within the sensor's range, at its precision. */
    public BigDecimal read(Sensor sensor, Instant time) {
        double value = switch (sensor) {
            case LIGHT -> light(time);
            case SOIL_MOISTURE -> soilMoisture(time);
            case HUMIDITY -> humidity(time);
            case SOIL_TEMP -> 19.5 + 2 * daily(time, 17) + 0.5 * drift(sensor, time, 6);
            case AIR_TEMP -> 21 + 4 * daily(time, 15) + drift(sensor, time, 3);
        };
        return sensor.measure(value + jitter(sensor, time));
    }

    private double soilMoisture(Instant time) {
        long sinceFirst = time.toEpochMilli() - watered.toEpochMilli();
        long watering = Math.floorDiv(sinceFirst, betweenWateringsMillis);
        long age = Math.floorMod(sinceFirst, betweenWateringsMillis);
        double spread = (noise.of("watering").at(watering) + 1) / 2;
        double start = WATERED_LEAST + (WATERED - WATERED_LEAST) * spread;
        return BONE_DRY + (start - BONE_DRY) * Math.exp(-dryingPerMilli * age);
    }

    private double light(Instant time) {
        double hour = hourOfDay(time);
        double sun = Math.max(0, Math.sin(Math.PI * (hour - 6) / 14));
        double clearness = 0.8 + 0.2 * noise.of("clouds").drift(time, Duration.ofMinutes(40));
        return 2 + 92 * (hour < 20 ? sun : 0) * clearness;
    }

    private double humidity(Instant time) {
        return 52 - 8 * daily(time, 15) + 4 * drift(Sensor.HUMIDITY, time, 2);
    }

    private double drift(Sensor sensor, Instant time, int hours) {
        return noise.of(sensor.topicName()).drift(time, Duration.ofHours(hours));
    }

    private double jitter(Sensor sensor, Instant time) {
        return SENSOR_NOISE * noise.of("jitter of " + sensor.topicName()).at(time.toEpochMilli());
    }

    /** 1 at hour {@code warmest} of the day, -1 twelve hours later. */
    private static double daily(Instant time, double warmest) {
        return Math.cos(2 * Math.PI * (hourOfDay(time) - warmest) / 24);
    }

    /** UTC, so that the same seed and time give the same plant on every machine. */
    private static double hourOfDay(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalTime().toSecondOfDay() / 3600.0;
    }
}
