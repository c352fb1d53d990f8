package org.plantbuddy.operations.provision;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.FluxScript;

/**
 * Keeps the tasks in InfluxDB true to {@code flux/}.
 *
 * <p>Plant Buddy's tasks are those that belong to a user of their own; whatever belongs to someone else is left alone,
 * whatever its name. The user owns the organisation, because InfluxDB runs tasks with the rights of their owner and
 * lets nobody less write a bucket; it has no password, no token and no rights beyond the organisation.
 */
final class Tasks {

    static final String OWNER = "plantbuddy-tasks";
    private static final int PAGE = 500;

    private final InfluxApi influx;
    private final String orgId;
    private final Consumer<String> progress;

    Tasks(InfluxApi influx, String orgId, Consumer<String> progress) {
        this.influx = influx;
        this.orgId = orgId;
        this.progress = progress;
    }

    void ensure(List<FluxScript> scripts) {
        String owner = owner();
        Map<String, FluxScript> missing = new HashMap<>();
        scripts.forEach(script -> missing.put(script.taskName(), script));
        JsonNode present = influx.get("/api/v2/tasks?orgID=" + orgId + "&user=" + owner + "&limit=" + PAGE)
                .path("tasks");
        for (JsonNode task : present) {
            FluxScript script = missing.remove(task.path("name").asText());
            if (script == null) {
                influx.delete("/api/v2/tasks/" + task.path("id").asText());
                progress.accept("task " + task.path("name").asText() + " removed");
            } else if (!task.path("flux").asText().equals(script.text())
                    || !task.path("status").asText().equals("active")) {
                influx.patch(
                        "/api/v2/tasks/" + task.path("id").asText(), Map.of("flux", script.text(), "status", "active"));
                progress.accept("task " + script.taskName() + " brought back to " + script.name() + ".flux");
            }
        }
        if (!missing.isEmpty()) {
            create(owner, missing.values());
        }
    }

    /** A task belongs to whom its maker's token belongs to, so the owner gets a token for a moment. */
    private void create(String owner, Iterable<FluxScript> scripts) {
        List<Object> permissions = List.of(
                Map.of("action", "read", "resource", Map.of("type", "orgs", "id", orgId)),
                Map.of("action", "read", "resource", Map.of("type", "tasks", "orgID", orgId)),
                Map.of("action", "write", "resource", Map.of("type", "tasks", "orgID", orgId)));
        JsonNode token = influx.post(
                "/api/v2/authorizations",
                Map.of(
                        "orgID", orgId,
                        "userID", owner,
                        "description", "plantbuddy tasks, while they are made",
                        "permissions", permissions));
        try {
            InfluxApi asOwner = influx.withToken(new Secret(token.path("token").asText()));
            for (FluxScript script : scripts) {
                asOwner.post("/api/v2/tasks", Map.of("orgID", orgId, "flux", script.text(), "status", "active"));
                progress.accept("task " + script.taskName() + " made");
            }
        } finally {
            influx.delete("/api/v2/authorizations/" + token.path("id").asText());
        }
    }

    private String owner() {
        JsonNode user = influx.get("/api/v2/users?name=" + OWNER).path("users").path(0);
        if (user.isMissingNode()) {
            user = influx.post("/api/v2/users", Map.of("name", OWNER));
        }
        String id = user.path("id").asText();
        boolean owns = false;
        for (JsonNode each : influx.get("/api/v2/orgs/" + orgId + "/owners").path("users")) {
            owns |= each.path("id").asText().equals(id);
        }
        if (!owns) {
            influx.post("/api/v2/orgs/" + orgId + "/owners", Map.of("id", id, "name", OWNER));
        }
        return id;
    }
}
