package org.plantbuddy.web.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.plantbuddy.tls.Identity;

/**
 * What is behind the parts: how far the journal is behind, whether InfluxDB's tasks run, whether the canary arrives.
 *
 * @param bridge as one of the bridges tells it
 */
record Operations(BridgeStatus bridge) {

    /** Readings that wait longer than this are worth a look. */
    private static final double JOURNAL_WAITS_S = 60;

    private static final double SECONDS_OF_A_DAY = 86_400;

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
        if (bridge.has("certificates")) {
            parts.add(certificates());
        }
        return parts;
    }

    private PartHealth journal() {
        double age = bridge.of("plantbuddy_journal_age_seconds");
        Map<String, Double> shown = new TreeMap<>();
        shown.put("readings", bridge.of("plantbuddy_journal_readings"));
        shown.put("age_seconds", age);
        shown.put("stored", bridge.sum("plantbuddy_readings_stored"));
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
        shown.put("pending", bridge.of("plantbuddy_outbox_pending"));
        shown.put("published", bridge.sum("plantbuddy_alert_publish_seconds"));
        boolean known = !Double.isNaN(bridge.of("plantbuddy_outbox_pending"));
        return new PartHealth(
                "alerts", known, text("%.0f to be published, %.0f published", shown, "pending", "published"), shown);
    }

    private PartHealth refused() {
        Map<String, Double> shown = new TreeMap<>();
        shown.put("refused", bridge.sum("plantbuddy_readings_refused"));
        shown.put("notify_refused", notifyRefused());
        return new PartHealth(
                "refused",
                true,
                text("%.0f readings, %.0f calls of /notify", shown, "refused", "notify_refused"),
                shown);
    }

    /** Their owners are told why. */
    private PartHealth denied() {
        Map<String, Double> shown = bridge.by("kind", "plantbuddy_denials");
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
        Map<String, Double> calls = bridge.by("outcome", "plantbuddy_notify_calls");
        return Stream.of("malformed", "unauthorized", "too_large")
                .mapToDouble(outcome -> calls.getOrDefault(outcome, Double.NaN))
                .sum();
    }

    private PartHealth removals() {
        Map<String, Double> shown = Map.of("pending", bridge.of("plantbuddy_removals_pending"));
        return watched("removals", text("%.0f users not removed everywhere", shown, "pending"), shown);
    }

    private void tasks(List<PartHealth> parts) {
        bridge.by("task", "plantbuddy_task_lag_seconds").forEach((task, lag) -> {
            Map<String, Double> shown = new TreeMap<>();
            shown.put("lag_seconds", lag);
            for (String figure : List.of("duration_seconds", "failures", "runs")) {
                Map<String, Double> byTask = bridge.by("task", "plantbuddy_task_" + figure);
                shown.put(figure, byTask.getOrDefault(task, Double.NaN));
            }
            String problem = bridge.problem("tasks");
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
        if (!bridge.has("canary")) {
            return new PartHealth("canary", true, "there is none", Map.of());
        }
        Map<String, Double> shown = new TreeMap<>();
        double latency = bridge.of("plantbuddy_canary_last_seconds");
        shown.put("latency_seconds", latency);
        shown.put("age_seconds", bridge.of("plantbuddy_canary_age_seconds"));
        shown.put("missed", bridge.of("plantbuddy_canary_missed"));
        String detail = Double.isNaN(latency)
                ? "its first alert has not arrived yet"
                : text(
                        "reading to alert in %.1f s, %.0f s ago; %.0f missed",
                        shown, "latency_seconds", "age_seconds", "missed");
        return watched("canary", detail, shown);
    }

    private PartHealth certificates() {
        Map<String, Double> left = bridge.by("server", "plantbuddy_certificate_left_seconds");
        String problem = bridge.problem("certificates");
        double days = left.values().stream()
                .mapToDouble(seconds -> seconds / SECONDS_OF_A_DAY)
                .min()
                .orElse(Double.NaN);
        boolean soon = days < Identity.RENEWED_BEFORE.toDays();
        String detail = left.isEmpty()
                ? "not looked at yet"
                : String.format(Locale.ROOT, "good for %.0f days", Math.floor(days))
                        + (soon ? ": renew it (plantbuddy tls renew, where it is of your own authority)" : "");
        return new PartHealth(
                "certificates", problem.isEmpty(), soon, problem.isEmpty() ? detail : problem, Map.of("days", days));
    }

    private PartHealth watched(String part, String detail, Map<String, Double> shown) {
        String problem = bridge.problem(part);
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
