package org.plantbuddy.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlantTest {

    private static final Instant WATERED = Instant.parse("2026-11-20T08:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, -3, Long.MAX_VALUE})
    void soilIsMoistAtFirstAndHasPassed35InTime(long seed) {
        Plant plant = new Plant(seed, WATERED, MINUTE);
        assertThat(soil(plant, WATERED)).isBetween(70.0, 82.0);
        assertThat(soil(plant, WATERED.plus(MINUTE))).isBetween(15.0, 35.0);
    }

    @Test
    void driedOutPlantIsWateredAndDriesAgain() {
        Plant plant = new Plant(5, WATERED, MINUTE);
        int waterings = 0;
        double driest = 100;
        double before = soil(plant, WATERED);
        for (Instant time = WATERED; time.isBefore(WATERED.plus(Duration.ofMinutes(30))); time = time.plusSeconds(1)) {
            double now = soil(plant, time);
            if (now > before + 20) {
                waterings++;
                assertThat(before).isLessThanOrEqualTo(15.0);
            }
            driest = Math.min(driest, now);
            before = now;
        }
        assertThat(waterings).isBetween(9, 15);
        assertThat(driest).isBetween(10.0, 15.0);
    }

    @ParameterizedTest
    @EnumSource(Sensor.class)
    void staysWithinWhatTheSensorCanTell(Sensor sensor) {
        Plant plant = new Plant(9, WATERED, Duration.ofHours(60));
        int decimals = sensor == Sensor.AIR_TEMP || sensor == Sensor.SOIL_TEMP ? 1 : 0;
        for (int minute = 0; minute < 14 * 24 * 60; minute += 7) {
            BigDecimal value = plant.read(sensor, WATERED.plus(MINUTE.multipliedBy(minute)));
            assertThat(value.scale()).isEqualTo(decimals);
            assertThat(value.doubleValue()).isBetween(0.0, 100.0);
        }
    }

    @Test
    void lightAndWarmthFollowTheSun() {
        Plant plant = new Plant(2, WATERED, Duration.ofHours(60));
        Instant noon = Instant.parse("2026-11-21T12:30:00Z");
        Instant night = Instant.parse("2026-11-21T02:00:00Z");
        assertThat(value(plant, Sensor.LIGHT, noon)).isGreaterThan(40);
        assertThat(value(plant, Sensor.LIGHT, night)).isLessThan(5);
        assertThat(value(plant, Sensor.AIR_TEMP, noon)).isGreaterThan(value(plant, Sensor.AIR_TEMP, night));
        assertThat(value(plant, Sensor.SOIL_TEMP, noon)).isGreaterThan(value(plant, Sensor.SOIL_TEMP, night));
    }

    @Test
    void samePlantAnswersTheSameInAnyOrderAndAnotherSeedDiffers() {
        Plant one = new Plant(3, WATERED, MINUTE);
        Plant again = new Plant(3, WATERED, MINUTE);
        Plant other = new Plant(4, WATERED, MINUTE);
        int different = 0;
        again.read(Sensor.HUMIDITY, WATERED.plusSeconds(999));
        for (int i = 0; i < 500; i++) {
            Instant time = WATERED.plusSeconds(i);
            assertThat(again.read(Sensor.AIR_TEMP, time)).isEqualTo(one.read(Sensor.AIR_TEMP, time));
            different += value(one, Sensor.AIR_TEMP, time) == value(other, Sensor.AIR_TEMP, time) ? 0 : 1;
        }
        assertThat(different).isGreaterThan(250);
    }

    @Test
    void driesInASecondAtTheSoonest() {
        assertThatThrownBy(() -> new Plant(1, WATERED, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double soil(Plant plant, Instant time) {
        return value(plant, Sensor.SOIL_MOISTURE, time);
    }

    private static double value(Plant plant, Sensor sensor, Instant time) {
        return plant.read(sensor, time).doubleValue();
    }
}
