package org.plantbuddy.operations.provision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.plantbuddy.flux.FluxScript;
import org.plantbuddy.influx.Management;

/**
 * Keeps the tasks in InfluxDB true to {@code flux/}.
 *
 * <p>Plant Buddy's tasks are those that belong to a user of their own; whatever belongs to someone else is left alone,
 * whatever its name. The user has no password, no token and no rights beyond the organisation.
 */
record Tasks(Management influx, Consumer<String> progress) {

    private static final String OWNER = "plantbuddy-tasks";

    void ensure(List<FluxScript> scripts) {
        String owner = influx.owner(OWNER);
        Map<String, FluxScript> missing = new HashMap<>();
        scripts.forEach(script -> missing.put(script.taskName(), script));
        for (Management.Task task : influx.tasks(owner)) {
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
            influx.makeTasks(
                    owner, missing.values().stream().map(FluxScript::text).toList());
            missing.keySet().forEach(name -> progress.accept("task " + name + " made"));
        }
    }
}
