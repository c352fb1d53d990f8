package org.plantbuddy.standalone;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.plantbuddy.accounts.command.Output;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.flux.FluxScript;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints a task of InfluxDB as it is installed: its script, what it shares with others, and its options. */
@Command(
        name = "task",
        mixinStandardHelpOptions = true,
        description = "Print the Flux of a task of InfluxDB as this configuration installs it.")
final class TaskCommand implements Callable<Integer> {

    private final Supplier<Config> config;

    @Parameters(paramLabel = "NAME", description = "check, deadman, notification_rule, downsample or operator")
    private String name = "";

    @Mixin
    private Output output = new Output();

    TaskCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() {
        Config read = config.get();
        List<FluxScript> tasks =
                FluxScript.tasks(read.duration(Key.CHECK_EVERY), URI.create(Standalone.notifyUrl(read)));
        String text = tasks.stream()
                .filter(task -> task.name().equals(name))
                .map(FluxScript::text)
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no task '" + name + "': there are "
                        + tasks.stream().map(FluxScript::name).toList()));
        output.print(Map.of("name", FluxScript.TASK_PREFIX + name.replace('_', '-'), "flux", text), text);
        return 0;
    }
}
