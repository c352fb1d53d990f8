package org.plantbuddy.standalone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.flux.threshold.Scope;
import org.plantbuddy.flux.threshold.Threshold;
import org.plantbuddy.flux.threshold.ThresholdFields;
import picocli.CommandLine.Option;

/** What a threshold says, as options. */
final class ThresholdOptions {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smhd]?)");
    private static final Map<String, Integer> SECONDS = Map.of("", 1, "s", 1, "m", 60, "h", 3_600, "d", 86_400);

    @Option(names = "--crit-below", paramLabel = "N", description = "critical at N or below")
    private @Nullable Double critBelow;

    @Option(names = "--warn-below", paramLabel = "N", description = "a warning at N or below")
    private @Nullable Double warnBelow;

    @Option(names = "--warn-above", paramLabel = "N", description = "a warning at N or above")
    private @Nullable Double warnAbove;

    @Option(names = "--crit-above", paramLabel = "N", description = "critical at N or above")
    private @Nullable Double critAbove;

    @Option(
            names = "--hysteresis",
            paramLabel = "N",
            description = "how far a reading must come back until the alert ends (default: 0)")
    private @Nullable Double hysteresis;

    @Option(
            names = "--silent-after",
            paramLabel = "TIME",
            description = "critical when a board has been silent for this long: 90s, 30m, 2h, 1d")
    private @Nullable String silentAfter;

    @Option(names = "--off", description = "off, and so are the threshold for all boards and the default")
    private boolean off;

    boolean isSilence() {
        return silentAfter != null;
    }

    Threshold threshold(Scope scope) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "crit_below", critBelow);
        put(fields, "warn_below", warnBelow);
        put(fields, "warn_above", warnAbove);
        put(fields, "crit_above", critAbove);
        put(fields, "hysteresis", hysteresis);
        if (silentAfter != null) {
            fields.put("silent_after", seconds(silentAfter));
        }
        fields.put("enabled", !off);
        return ThresholdFields.parse(scope, fields);
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Double value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static double seconds(String text) {
        Matcher given = DURATION.matcher(text);
        if (!given.matches()) {
            throw new UsageException(
                    "--silent-after '" + text + "' is not a time: give a number and s, m, h or d, e.g. 2h");
        }
        return Double.parseDouble(given.group(1)) * SECONDS.getOrDefault(given.group(2), 1);
    }
}
