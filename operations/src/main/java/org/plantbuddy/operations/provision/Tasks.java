package org.plantbuddy.operations.provision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Management;

/**
 * Keeps the tasks in InfluxDB true to {@code flux/}.
 *
 * <p>Plant Buddy's tasks are those that belong to a user of their own; whatever belongs to someone else is left alone,
 * whatever its name. The user has no password, no token and no rights beyond the organisation. Where the token may make no
 * user, as in the cloud, they belong to the token's own, and are told by their names.
 */
record Tasks(Management influx, Consumer<String> progress) {

    private static final String OWNER = "plantbuddy-tasks";

    void ensure(List<FluxScript> scripts) {
        Optional<String> owner = owner();
        List<Management.Task> ours = owner.map(influx::tasks).orElseGet(this::named);
        Map<String, FluxScript> missing = new HashMap<>();
        scripts.forEach(script -> missing.put(script.taskName(), script));
        for (Management.Task task : ours) {
            FluxScript script = missing.remove(task.name());
            if (script == null) {
                influx.removeTask(task.id());
                progress.accept("task " + task.name() + " removed");
            } else if (!task.flux().equals(script.text()) || !task.isActive()) {
                influx.setTask(task.id(), script.text());
                progress.accept("task " + script.taskName() + " brought back to " + script.name() + ".flux");
            }
        }
        if (!missing.isEmpty()) {
            List<String> texts = missing.values().stream().map(FluxScript::text).toList();
            owner.ifPresentOrElse(user -> influx.makeTasks(user, texts), () -> influx.makeTasks(texts));
            missing.keySet().forEach(name -> progress.accept("task " + name + " made"));
        }
    }

    private Optional<String> owner() {
        try {
            return Optional.of(influx.owner(OWNER));
        } catch (InfluxUnavailableException e) {
            if (e.isRefusal()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<Management.Task> named() {
        return influx.tasks().stream()
                .filter(task -> task.name().startsWith(FluxScript.TASK_PREFIX))
                .toList();
    }
}
