package org.plantbuddy.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what InfluxDB's own tools need, to be evaluated by a shell. */
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        description = "Print INFLUX_HOST, INFLUX_ORG and INFLUX_TOKEN for eval; the token reads only.")
final class EnvCommand implements Callable<Integer> {

    private final Supplier<Config> config;

    @Option(names = "--operator", description = "the operator's token instead, which has all rights")
    private boolean operator;

    EnvCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() {
        Config read = config.get();
        Path data = read.path(Key.DATA);
        Running running = Running.require(read);
        String token = secret(data, operator ? "influx-operator-token" : "influx-read-token");
        System.out.println("export INFLUX_HOST=" + quoted(running.influx()));
        System.out.println("export INFLUX_ORG=" + quoted(running.org()));
        System.out.println("export INFLUX_TOKEN=" + quoted(token));
        return 0;
    }

    static String secret(Path data, String name) {
        Path file = data.resolve("secrets").resolve(name);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UsageException(
                    file + " cannot be read (" + e + "): run this as the user who runs `plantbuddy up`; in containers"
                            + " the operator's token is provisioning's alone, see docs/operations.md");
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
