package org.plantbuddy.standalone;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a bridge's {@code /metrics} says.
 *
 * @param values by name and labels as Prometheus writes them, e.g. {@code plantbuddy_task_runs{task="plantbuddy-check"}}
 */
record BridgeFigures(Map<String, Double> values) {

    private static final Pattern LINE = Pattern.compile("([a-z_:]+(?:\\{[^}]*})?) ([-+0-9.eE]+|NaN|[-+]?Inf)");

    static BridgeFigures parse(String metrics) {
        Map<String, Double> values = new TreeMap<>();
        metrics.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            String number = line.group(2).replace("Inf", "Infinity");
            values.put(line.group(1), Double.parseDouble(number));
        });
        return new BridgeFigures(values);
    }

    /** NaN where there is no such figure. */
    double of(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** Over all labels. */
    double sum(String name) {
        return values.entrySet().stream()
                .filter(value -> value.getKey().equals(name) || value.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
