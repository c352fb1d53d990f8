package org.plantbuddy.topic;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The patterns every name passes before it reaches a topic, a tag, SQL, Flux or HTML.
 *
 * <p>Stateless and thread-safe.
 */
public final class Names {

    /** Device names with a meaning of their own under {@code plantbuddy/<user>/}. */
    public static final Set<String> RESERVED_DEVICES = Set.of("alerts", "rejected");

    /** The user whose boards are the bridges' canaries; no person can have this name. */
    public static final String CANARY = "plantbuddy-canary";

    /** The sensor level of a topic that tells whether the board is there. */
    public static final String STATUS = "status";

    /** How many sensors one board may use: every sensor is a series, and series cost memory. */
    public static final int MAX_SENSORS_PER_DEVICE = 32;

    private static final Pattern USER_OR_DEVICE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");
    private static final Pattern SENSOR = Pattern.compile("[a-z][a-z0-9_]{0,31}");

    private Names() {}

    public static boolean isUser(String name) {
        return USER_OR_DEVICE.matcher(name).matches();
    }

    public static boolean isDevice(String name) {
        return USER_OR_DEVICE.matcher(name).matches() && !RESERVED_DEVICES.contains(name);
    }

    public static boolean isSensor(String name) {
        return SENSOR.matcher(name).matches() && !STATUS.equals(name);
    }

    /**
     * Returns {@code name} when it can be a user's.
     *
     * @throws InvalidNameException otherwise, naming the value and the rule
     */
    public static String requireUser(String name) {
        if (!isUser(name)) {
            throw new InvalidNameException("user", name, "must match " + USER_OR_DEVICE.pattern());
        }
        return name;
    }

    /**
     * Returns {@code name} when it can be a board's.
     *
     * @throws InvalidNameException otherwise, naming the value and the rule
     */
    public static String requireDevice(String name) {
        if (!isDevice(name)) {
            throw new InvalidNameException(
                    "device",
                    name,
                    "must match " + USER_OR_DEVICE.pattern() + " and not be one of " + RESERVED_DEVICES);
        }
        return name;
    }

    /**
     * Returns {@code name} when it can be a sensor's.
     *
     * @throws InvalidNameException otherwise, naming the value and the rule
     */
    public static String requireSensor(String name) {
        if (!isSensor(name)) {
            throw new InvalidNameException(
                    "sensor", name, "must match " + SENSOR.pattern() + " and not be '" + STATUS + "'");
        }
        return name;
    }
}
