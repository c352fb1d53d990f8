package org.plantbuddy.web.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a bridge's {@code /status} says. */
public record BridgeStatus(List<Part> parts, List<Figure> figures) {

    /**
     * A part of the bridge.
     *
     * @param reason why it is not ready; empty where it is
     */
    public record Part(String part, boolean ready, String reason) {}

    /**
     * A figure of the bridge.
     *
     * @param name as Prometheus knows it, a counter's without {@code _total}
     */
    public record Figure(String name, Map<String, String> labels, double value) {}

    /**
     * Reads the answer of {@code GET /status}.
     *
     * @throws IOException when this is not what a bridge answers
     */
    public static BridgeStatus parse(String json) throws IOException {
        return new ObjectMapper().readValue(json, BridgeStatus.class);
    }

    /** What is wrong with a part; empty where nothing is, or the bridge has no such part. */
    public String problem(String part) {
        return parts.stream()
                .filter(one -> one.part().equals(part))
                .map(Part::reason)
                .collect(Collectors.joining());
    }

    boolean has(String part) {
        return parts.stream().anyMatch(one -> one.part().equals(part));
    }

    private Stream<Figure> named(String name) {
        return figures.stream().filter(figure -> figure.name().equals(name));
    }

    /** The first figure of this name; NaN where there is none. */
    public double of(String name) {
        return named(name).mapToDouble(Figure::value).findFirst().orElse(Double.NaN);
    }

    /** Over all labels. */
    double sum(String name) {
        return named(name).mapToDouble(Figure::value).sum();
    }

    /** By the value of one label. */
    Map<String, Double> by(String label, String name) {
        return named(name)
                .collect(Collectors.toMap(
                        figure -> figure.labels().getOrDefault(label, ""), Figure::value, Double::sum, TreeMap::new));
    }
}
