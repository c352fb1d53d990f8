package org.plantbuddy.bench;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The measurements, a subcommand each; without one: all of them. */
@Command(
        name = "bench/readings",
        mixinStandardHelpOptions = true,
        description = "Measures Plant Buddy and Telegraf side by side. Without a command: everything.",
        subcommands = {
            ThroughputCommand.class,
            LatencyCommand.class,
            DrainCommand.class,
            BoardsCommand.class,
            AttacksCommand.class,
            ColdCommand.class,
            SeriesCommand.class,
            PagesCommand.class
        })
final class Main implements Callable<Integer> {

    private static final List<List<String>> ALL = List.of(
            List.of("throughput", "--window", "50"),
            List.of("throughput", "--window", "1000"),
            List.of("latency"),
            List.of("cold"),
            List.of("drain"),
            List.of("boards"));

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    /** Everything, one after the other. */
    @Override
    public Integer call() {
        int worst = 0;
        for (List<String> measurement : ALL) {
            System.out.println("\n" + String.join(" ", measurement) + ", " + LocalDate.now(ZoneOffset.UTC));
            worst = Math.max(worst, new CommandLine(new Main()).execute(measurement.toArray(String[]::new)));
        }
        return worst;
    }
}
