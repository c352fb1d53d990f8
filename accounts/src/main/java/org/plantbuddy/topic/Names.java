package org.plantbuddy.topic;

import java.util.Set;

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

    private static final String USER_OR_DEVICE = "[a-z0-9][a-z0-9_-]{0,31}";
    private static final String SENSOR = "[a-z][a-z0-9_]{0,31}";
    private static final int LONGEST = 32;

    private Names() {}

    public static boolean isUser(String name) {
        return isUserOrDevice(name);
    }

    public static boolean isDevice(String name) {
        return isUserOrDevice(name) && !RESERVED_DEVICES.contains(name);
    }

    public static boolean isSensor(String name) {
        return matchesSensor(name) && !STATUS.equals(name);
    }

    /** Asked several times for every reading, so without a regular expression; the tests compare it with one. */
    private static boolean isUserOrDevice(String name) {
        if (name.isEmpty() || name.length() > LONGEST || !isSmallOrDigit(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isSmallOrDigit(c) && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesSensor(String name) {
        if (name.isEmpty() || name.length() > LONGEST || !isSmall(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            if (!isSmallOrDigit(name.charAt(i)) && name.charAt(i) != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean isSmallOrDigit(char c) {
        return isSmall(c) || (c >= '0' && c <= '9');
    }

    private static boolean isSmall(char c) {
        return c >= 'a' && c <= 'z';
    }

    /**
     * Returns {@code name} when it can be a user's.
     *
     * @throws InvalidNameException otherwise, naming the value and the rule
     */
    public static String requireUser(String name) {
        if (!isUser(name)) {
            throw new InvalidNameException("user", name, "must match " + USER_OR_DEVICE);
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
                    "device", name, "must match " + USER_OR_DEVICE + " and not be one of " + RESERVED_DEVICES);
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
            throw new InvalidNameException("sensor", name, "must match " + SENSOR + " and not be '" + STATUS + "'");
        }
        return name;
    }
}
