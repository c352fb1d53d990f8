package org.plantbuddy.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is behind the parts: how far the journal is behind, whether InfluxDB's tasks run, whether the canary arrives.
 *
 * @param figures the bridge's metrics
 * @param problems what the bridge's {@code /operationz} says is wrong, by part
 */
record Operations(BridgeFigures figures, Map<String, String> problems) {

    /** Readings that wait longer than this are worth a look. */
    private static final double JOURNAL_WAITS_S = 60;

    private static final String DENIED = "plantbuddy_denials{kind=\"";
    private static final String TASK = "plantbuddy_task_lag_seconds{task=\"";

    /**
     * @param operationz what the bridge answered
     * @throws IOException when that is not what a bridge answers
     */
    static Operations of(String metrics, String operationz) throws IOException {
        Map<String, String> problems = new HashMap<>();
        for (JsonNode part : new ObjectMapper().readTree(operationz)) {
            problems.put(part.path("part").asText(), part.path("reason").asText());
        }
        return new Operations(BridgeFigures.parse(metrics), problems);
    }

    List<PartHealth> parts() {
        List<PartHealth> parts = new ArrayList<>();
        parts.add(journal());
        parts.add(alerts());
        parts.add(refused());
        parts.add(denied());
        parts.add(watched("guarantees", "the broker is of a version that was tried", Map.of()));
        parts.add(removals());
        parts.add(watched("left-behind", "no journal that cannot be stored", Map.of()));
        tasks(parts);
        parts.add(canary());
        return parts;
    }

    private PartHealth journal() {
        double age = figures.of("plantbuddy_journal_age_seconds");
        Map<String, Double> shown = new TreeMap<>();
        shown.put("readings", figures.of("plantbuddy_journal_readings"));
        shown.put("age_seconds", age);
        shown.put("stored", figures.sum("plantbuddy_readings_stored_total"));
        return new PartHealth(
                "journal",
                age <= JOURNAL_WAITS_S,
                text(
                        "%.0f readings wait, the oldest for %.1f s; %.0f stored",
                        shown, "readings", "age_seconds", "stored"),
                shown);
    }

    private PartHealth alerts() {
        Map<String, Double> shown = new TreeMap<>();
        shown.put("pending", figures.of("plantbuddy_outbox_pending"));
        shown.put("published", figures.sum("plantbuddy_alert_publish_seconds_count"));
        boolean known = !Double.isNaN(figures.of("plantbuddy_outbox_pending"));
        return new PartHealth(
                "alerts", known, text("%.0f to be published, %.0f published", shown, "pending", "published"), shown);
    }

    private PartHealth refused() {
        Map<String, Double> shown = new TreeMap<>();
        shown.put("refused", figures.sum("plantbuddy_readings_refused_total"));
        shown.put("notify_refused", notifyRefused());
        return new PartHealth(
                "refused",
                true,
                text("%.0f readings, %.0f calls of /notify", shown, "refused", "notify_refused"),
                shown);
    }

    /** Their owners are told why. */
    private PartHealth denied() {
        Map<String, Double> shown = byLabel(DENIED);
        String kinds = shown.entrySet().stream()
                .map(kind -> String.format(Locale.ROOT, "%s %.0f", kind.getKey(), kind.getValue()))
                .collect(Collectors.joining(", "));
        return new PartHealth(
                "denied",
                true,
                kinds.isEmpty() ? "nobody in 24 h" : "boards and people in 24 h, by kind: " + kinds,
                shown);
    }

    private double notifyRefused() {
        double refused = 0;
        for (String outcome : List.of("malformed", "unauthorized", "too_large")) {
            refused += figures.of("plantbuddy_notify_calls_total{outcome=\"" + outcome + "\"}");
        }
        return refused;
    }

    private PartHealth removals() {
        Map<String, Double> shown = Map.of("pending", figures.of("plantbuddy_removals_pending"));
        return watched("removals", text("%.0f users not removed everywhere", shown, "pending"), shown);
    }

    private void tasks(List<PartHealth> parts) {
        byLabel(TASK).forEach((task, lag) -> {
            Map<String, Double> shown = new TreeMap<>();
            shown.put("lag_seconds", lag);
            for (String figure : List.of("duration_seconds", "failures", "runs")) {
                shown.put(figure, figures.of("plantbuddy_task_" + figure + "{task=\"" + task + "\"}"));
            }
            String problem = problems.getOrDefault("tasks", "");
            parts.add(new PartHealth(
                    task.replace("plantbuddy-", "task "),
                    !problem.contains("task " + task + " "),
                    shown.getOrDefault("duration_seconds", Double.NaN).isNaN()
                            ? "has not run yet" // for a while after the start: one runs every 10 min only
                            : text(
                                    "succeeded %.0f s ago, took %.2f s, failed %.0f of %.0f times in the last hour",
                                    shown, "lag_seconds", "duration_seconds", "failures", "runs"),
                    shown));
        });
        parts.add(watched("tasks", "all run in time", Map.of()));
    }

    private PartHealth canary() {
        if (!problems.containsKey("canary")) {
            return new PartHealth("canary", true, "there is none", Map.of());
        }
        Map<String, Double> shown = new TreeMap<>();
        double latency = figures.of("plantbuddy_canary_last_seconds");
        shown.put("latency_seconds", latency);
        shown.put("age_seconds", figures.of("plantbuddy_canary_age_seconds"));
        shown.put("missed", figures.of("plantbuddy_canary_missed_total"));
        String detail = Double.isNaN(latency)
                ? "its first alert has not arrived yet"
                : text(
                        "reading to alert in %.1f s, %.0f s ago; %.0f missed",
                        shown, "latency_seconds", "age_seconds", "missed");
        return watched("canary", detail, shown);
    }

    /**
     * The figures of one metric with one label, by the label's value.
     *
     * @param beginning of their names, up to that value
     */
    private Map<String, Double> byLabel(String beginning) {
        Map<String, Double> found = new TreeMap<>();
        figures.values().forEach((name, value) -> {
            if (name.startsWith(beginning)) {
                found.put(name.substring(beginning.length(), name.length() - "\"}".length()), value);
            }
        });
        return found;
    }

    private PartHealth watched(String part, String detail, Map<String, Double> shown) {
        String problem = problems.getOrDefault(part, "");
        return new PartHealth(part, problem.isEmpty(), problem.isEmpty() ? detail : problem, shown);
    }

    private static String text(String format, Map<String, Double> figures, String... names) {
        Object[] values = new Object[names.length];
        for (int i = 0; i < names.length; i++) {
            values[i] = figures.getOrDefault(names[i], Double.NaN);
        }
        return String.format(Locale.ROOT, format, values);
    }
}
