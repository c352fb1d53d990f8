package org.plantbuddy.flux;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.plantbuddy.topic.Names;

/**
 * What is to be drawn of one user. Immutable; everything in it has been checked, so it can stand in Flux.
 *
 * @param devices none: all of the user's
 * @param sensors none: all
 * @param start of the first window where there are windows
 * @param stop after the last reading
 * @param step how long a window is, in whole seconds; zero: there are none, but readings
 */
public record LineQuery(
        String user, Set<String> devices, Set<String> sensors, Instant start, Instant stop, Duration step) {

    /** The windows that {@code downsample.flux} keeps. */
    public static final Duration WINDOW = Duration.ofMinutes(10);

    /** Time after it has no ns since 1970. */
    public static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

    /**
     * @throws org.plantbuddy.topic.InvalidNameException when one of the names is none
     * @throws IllegalArgumentException when the time or the step is none
     */
    public LineQuery {
        Names.requireUser(user);
        devices.forEach(Names::requireDevice);
        sensors.forEach(Names::requireSensor);
        if (start.isBefore(Instant.EPOCH) || !start.isBefore(stop) || stop.isAfter(LATEST)) {
            throw new IllegalArgumentException("no time that can be drawn: " + start + " to " + stop);
        }
        if (step.isNegative() || !step.equals(Duration.ofSeconds(step.toSeconds()))) {
            throw new IllegalArgumentException("windows of " + step + " cannot be drawn");
        }
        devices = Set.copyOf(devices);
        sensors = Set.copyOf(sensors);
    }

    /** The same from a later time on. */
    public LineQuery from(Instant later) {
        return new LineQuery(user, devices, sensors, later, stop, step);
    }

    /** The same in windows of another length. */
    public LineQuery in(Duration other) {
        return new LineQuery(user, devices, sensors, start, stop, other);
    }

    String option() {
        return "option plantbuddy = {user: \"" + user + "\", start: " + start + ", stop: " + stop + ", step: "
                + step.toSeconds() + "s}";
    }

    String devicesAre() {
        return anyOf("device_id", devices);
    }

    String sensorsAre() {
        return anyOf("_measurement", sensors);
    }

    /** All of them: a condition that is asked for already, so that InfluxDB's storage can go on answering it. */
    private static String anyOf(String tag, Set<String> names) {
        return names.isEmpty()
                ? "r.user == user"
                : new TreeSet<>(names)
                        .stream()
                                .map(name -> "r." + tag + " == \"" + name + "\"")
                                .collect(Collectors.joining(" or "));
    }
}
