package org.plantbuddy.web.operator;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How one part is.
 *
 * @param part its name
 * @param healthy whether it does its work
 * @param warned whether it needs somebody's hand soon
 * @param detail where it answers, or what is wrong
 * @param figures for scripts; one that is not known is missing
 */
public record PartHealth(String part, boolean healthy, boolean warned, String detail, Map<String, Double> figures) {

    /** JSON has no NaN. */
    public PartHealth {
        figures = figures.entrySet().stream()
                .filter(figure -> Double.isFinite(figure.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, same) -> one, TreeMap::new));
    }

    /** Without figures. */
    public PartHealth(String part, boolean healthy, String detail) {
        this(part, healthy, detail, Map.of());
    }

    /** Of what is well or wrong: nothing to warn of. */
    public PartHealth(String part, boolean healthy, String detail, Map<String, Double> figures) {
        this(part, healthy, false, detail, figures);
    }

    /** In one word. */
    public String word() {
        return healthy ? warned ? "warn" : "ok" : "WRONG";
    }
}
