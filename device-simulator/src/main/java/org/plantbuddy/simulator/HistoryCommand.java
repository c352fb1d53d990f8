package org.plantbuddy.simulator;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simulate history}: line protocol for {@code plantbuddy import}. */
@Command(
        name = "history",
        description = "Prints what a board would have sent, as InfluxDB line protocol (ns).",
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "USER", description = "owner of the board")
    String user = "";

    @Parameters(index = "1", paramLabel = "DEVICE", description = "the board")
    String device = "";

    @Option(
            names = "--span",
            defaultValue = "48h",
            converter = Durations.class,
            description = "how far back (default: ${DEFAULT-VALUE})")
    Duration span = Duration.ofDays(2);

    @Option(
            names = "--step",
            defaultValue = "1m",
            converter = Durations.class,
            description = "time between readings of a sensor (default: ${DEFAULT-VALUE})")
    Duration step = Duration.ofMinutes(1);

    @Option(names = "--until", description = "time of the newest readings, RFC 3339 (default: this minute)")
    Instant until = Instant.now().truncatedTo(ChronoUnit.MINUTES);

    @Option(
            names = "--dries-within",
            defaultValue = "60h",
            converter = Durations.class,
            description = "how long until soil_moisture has passed 35 after watering (default: ${DEFAULT-VALUE})")
    Duration driesWithin = Duration.ofHours(60);

    @Option(names = "--integers", description = "whole readings with the suffix i, as InfluxDB writes integers")
    boolean integers;

    @Option(names = "--seed", defaultValue = "1", description = "another seed, another plant")
    long seed = 1;

    @Option(names = "--output", paramLabel = "FILE", description = "default: stdout")
    @Nullable
    Path output;

    @Override
    public Integer call() throws IOException {
        History history = history();
        Plant plant = new Plant(seed, until.minus(span), driesWithin);
        if (output == null) {
            Writer out = buffered(System.out);
            history.write(plant, out);
            out.flush();
        } else {
            try (Writer out = buffered(Files.newOutputStream(output))) {
                long lines = history.write(plant, out);
                System.err.println(lines + " lines in " + output);
            }
        }
        return 0;
    }

    private History history() {
        try {
            Names.requireUser(user);
            Names.requireDevice(device);
            return new History(user, device, until, span, step, integers);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static Writer buffered(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }
}
