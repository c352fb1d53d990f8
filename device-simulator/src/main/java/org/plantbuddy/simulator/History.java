package org.plantbuddy.simulator;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import org.plantbuddy.time.EpochNs;
import org.plantbuddy.topic.SeriesName;

/**
 * What a board would have sent: one reading of each sensor per step, oldest first, as InfluxDB line protocol with
 * timestamps in ns. The newest is at {@code until}, so that history and a live board follow on each other.
 *
 * @param user owner of the board
 * @param device name of the board
 * @param until time of the newest readings
 * @param span how far back it goes: {@code span / step} readings per sensor, the oldest at {@code until - span + step}
 * @param step time between two readings of a sensor
 * @param integers readings as InfluxDB integers ({@code 36i}), rounded; floats otherwise
 */
public record History(String user, String device, Instant until, Duration span, Duration step, boolean integers) {

    public History {
        if (step.isZero() || step.isNegative() || span.compareTo(step) < 0) {
            throw new IllegalArgumentException("history needs a step above zero and a span of at least a step, not "
                    + span + " in steps of " + step);
        }
    }

    /** 48 hours, a reading a minute: 2,880 readings of each sensor. */
    public static History twoDays(String user, String device, Instant until) {
        return new History(user, device, until, Duration.ofDays(2), Duration.ofMinutes(1), false);
    }

    /**
     * Writes the readings of {@code plant}, a line each.
     *
     * @return the number of lines
     * @throws IOException when {@code out} does
     */
    public long write(Plant plant, Appendable out) throws IOException {
        long steps = span.dividedBy(step);
        for (long i = steps - 1; i >= 0; i--) {
            Instant time = until.minus(step.multipliedBy(i));
            for (Sensor sensor : Sensor.values()) {
                out.append(line(sensor, plant.read(sensor, time), time)).append('\n');
            }
        }
        return steps * Sensor.values().length;
    }

    private String line(Sensor sensor, BigDecimal value, Instant time) {
        SeriesName series = new SeriesName(user, device, sensor.topicName());
        String reading = integers ? value.setScale(0, RoundingMode.HALF_UP) + "i" : value.toPlainString();
        long nanos = EpochNs.of(time);
        return series.sensor() + ",user=" + series.user() + ",device_id=" + series.device() + " reading=" + reading
                + " " + nanos;
    }
}
