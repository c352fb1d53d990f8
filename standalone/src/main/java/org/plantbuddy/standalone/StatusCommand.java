package org.plantbuddy.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.web.operator.PartHealth;
import org.plantbuddy.web.operator.Probes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks every part how it is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show each part's health and lag. Exit code 1 when something is wrong.")
final class StatusCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<Config> config;

    @Option(names = "--json", description = "print JSON, for scripts")
    private boolean json;

    StatusCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() throws IOException {
        Config read = config.get();
        Path data = read.path(Key.DATA);
        Running running = Running.require(read);
        List<PartHealth> parts = new Probes(
                        running.mqtt(),
                        running.bridge(),
                        Optional.of(running.web()),
                        running.tls(),
                        new InfluxAddress(
                                running.influx(),
                                running.org(),
                                new Secret(EnvCommand.secret(data, "influx-read-token"))),
                        PATIENCE)
                .all();
        if (json) {
            System.out.println(new ObjectMapper().writeValueAsString(parts));
        } else {
            parts.forEach(part -> System.out.printf("%-22s %-5s %s%n", part.part(), part.word(), part.detail()));
        }
        return parts.stream().allMatch(PartHealth::healthy) ? 0 : 1;
    }
}
