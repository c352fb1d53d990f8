package org.plantbuddy.topic;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The patterns every name passes before it reaches a topic, a tag, SQL, Flux or HTML: {@code [a-z0-9][a-z0-9_-]{0,31}} for
 * users and boards, {@code [a-z][a-z0-9_]{0,31}} for sensors. Who gives another is told one near to it that is allowed.
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

    private static final int LONGEST = 32;

    private static final String USER_OR_DEVICE =
            "use small letters a-z, digits, _ and - (not first), at most " + LONGEST;
    private static final String SENSOR = "use small letters a-z, digits and _ (first a letter), at most " + LONGEST;

    /** Of a longer text only the beginning is looked at for a name near to it: it may be a client's. */
    private static final int LOOKED_AT = 4 * LONGEST;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern OTHERS = Pattern.compile("[^a-z0-9_]+");
    private static final Pattern JOINTS_AT_THE_ENDS = Pattern.compile("^[_-]+|[_-]+$");

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
     * @throws InvalidNameException otherwise, naming the value, the rule and a name near to it
     */
    public static String requireUser(String name) {
        if (!isUser(name)) {
            throw new InvalidNameException(
                    "user",
                    name,
                    USER_OR_DEVICE,
                    near(name, "-", free -> isUser(free) && !CANARY.equals(free), "rick"));
        }
        return name;
    }

    /**
     * Returns {@code name} when it can be a board's.
     *
     * @throws InvalidNameException otherwise, naming the value, the rule and a name near to it
     */
    public static String requireDevice(String name) {
        if (!isDevice(name)) {
            String rule = RESERVED_DEVICES.contains(name) ? "it has a meaning of its own in topics" : USER_OR_DEVICE;
            throw new InvalidNameException("board", name, rule, near(name, "-", Names::isDevice, "01"));
        }
        return name;
    }

    /**
     * Returns {@code name} when it can be a sensor's.
     *
     * @throws InvalidNameException otherwise, naming the value, the rule and a name near to it
     */
    public static String requireSensor(String name) {
        if (!isSensor(name)) {
            String rule = STATUS.equals(name) ? "it is the board itself" : SENSOR;
            throw new InvalidNameException("sensor", name, rule, nearestSensor(name));
        }
        return name;
    }

    /** A sensor's name near to any text; the text itself where it is one. */
    public static String nearestSensor(String text) {
        return isSensor(text) ? text : near(text, "_", Names::isSensor, "soil_moisture");
    }

    /**
     * What people and chips call things, in the letters that a topic takes: {@code Größe} becomes {@code grosse}.
     *
     * @param joint stands for all that is no letter or digit
     * @param other where nothing is left of the text
     */
    private static String near(String text, String joint, Predicate<String> isAllowed, String other) {
        String start = text.substring(0, Math.min(text.length(), LOOKED_AT));
        String letters = MARKS.matcher(Normalizer.normalize(start, Normalizer.Form.NFKD))
                .replaceAll("")
                .toLowerCase(Locale.ROOT)
                .replace("ß", "ss")
                .replace("æ", "ae")
                .replace("œ", "oe")
                .replace("ø", "o")
                .replace("ł", "l")
                .replace("ı", "i");
        String name = fitting(OTHERS.matcher(letters).replaceAll(joint), LONGEST);
        if (name.isEmpty()) {
            return other;
        }
        if (isAllowed.test(name)) {
            return name;
        }
        String numbered = fitting(name, LONGEST - 2) + joint + "1"; // it is reserved
        return isAllowed.test(numbered) ? numbered : "s_" + fitting(name, LONGEST - 2); // or begins with a digit
    }

    private static String fitting(String name, int most) {
        String trimmed = JOINTS_AT_THE_ENDS.matcher(name).replaceAll("");
        return trimmed.length() <= most ? trimmed : fitting(trimmed.substring(0, most), most);
    }
}
