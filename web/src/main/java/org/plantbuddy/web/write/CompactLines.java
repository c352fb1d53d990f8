package org.plantbuddy.web.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.text.Unseen;
import org.plantbuddy.topic.SeriesName;
import org.plantbuddy.web.http.Problem;

/**
 * The compact lines of boards that only speak HTTP: {@code 01SM144} is 144 from soil moisture of board 01. Two characters
 * of board, two of sensor code in either case, the rest the value, which is judged where every other reading is. A code
 * that is not one of five is a sensor of its own.
 */
final class CompactLines {

    static final int MOST = 1_000;

    private static final int BOARD_ENDS = 2;
    private static final int CODE_ENDS = 4;

    /** Both characters as {@code <U+200B>}, should they be such. */
    private static final int CODE_SHOWN = 20;

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9]{2}");
    private static final String UNKNOWN = "unknown_";
    private static final Map<String, String> SENSORS = Map.of(
            "LI", "light",
            "HU", "humidity",
            "ST", "soil_temp",
            "AT", "air_temp",
            "SM", "soil_moisture");

    private CompactLines() {}

    /**
     * All readings of a body, or none.
     *
     * @throws Problem 400 or 403 that names the first line that cannot be one of this board
     */
    static List<CompactReading> read(String body, String user, String device) {
        List<CompactReading> readings = new ArrayList<>();
        int number = 0;
        for (String line : body.lines().toList()) {
            number++;
            String stripped = Unseen.strip(line);
            if (!stripped.isEmpty()) {
                readings.add(reading(stripped, number, user, device));
            }
        }
        if (readings.isEmpty() || readings.size() > MOST) {
            throw new Problem(
                    400, "the body has " + readings.size() + " readings", "send 1 to " + MOST + " lines like 01SM144");
        }
        return readings;
    }

    private static CompactReading reading(String line, int number, String user, String device) {
        if (line.length() <= CODE_ENDS) {
            throw new Problem(
                    400,
                    "line " + number + " is too short",
                    "send two characters of board, two of sensor, and the value: 01SM144");
        }
        if (!line.substring(0, BOARD_ENDS).equals(device)) {
            throw new Problem(
                    403,
                    "line " + number + " is not of board '" + device + "'",
                    "begin each line with the name of the board that signs in; it must have two characters");
        }
        String sensor = sensor(line.substring(BOARD_ENDS, CODE_ENDS), number);
        return new CompactReading(new SeriesName(user, device, sensor), line.substring(CODE_ENDS));
    }

    private static String sensor(String code, int number) {
        if (!CODE.matcher(code).matches()) {
            throw new Problem(
                    400,
                    "line " + number + " has the sensor code '" + Unseen.shown(code, CODE_SHOWN)
                            + "': it must be two letters or digits",
                    "use LI for light, HU humidity, ST soil_temp, AT air_temp, SM soil_moisture, or a code of your own:"
                            + " XY is sensor unknown_xy");
        }
        @Nullable String known = SENSORS.get(code.toUpperCase(Locale.ROOT));
        return known == null ? UNKNOWN + code.toLowerCase(Locale.ROOT) : known;
    }

    /** @param value as sent; whether it is a number is for the bridge to say */
    record CompactReading(SeriesName series, String value) {}
}
