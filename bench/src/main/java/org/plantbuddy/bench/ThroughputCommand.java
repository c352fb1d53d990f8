package org.plantbuddy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Contenders in turns, several rounds each; medians. */
@Command(name = "throughput", description = "Readings a second through each contender, from a filled queue.")
final class ThroughputCommand implements Callable<Integer> {

    private static final String TWICE = "*2";

    @Option(names = "--window", defaultValue = "50", description = "the broker's window of unacknowledged messages")
    private int window;

    @Option(names = "--rounds", defaultValue = "5", description = "of each contender")
    private int rounds;

    @Option(names = "--readings", defaultValue = "100000", description = "measured in a round")
    private int readings;

    @Option(names = "--warm", defaultValue = "60000", description = "to get warm on, in front of them")
    private int warm;

    @Option(names = "--boards", defaultValue = "100", description = "that the readings are of")
    private int boards;

    @Option(
            names = "--contenders",
            split = ",",
            defaultValue = "bridge,bridge*2,telegraf,telegraf*2,noop,noop*2",
            description = "bridge, bridge:OTHER_CLASSES, telegraf (its best settings),"
                    + " telegraf:UNDELIVERED:BATCH:FLUSH, noop; with *2 at the end: with two connections")
    @SuppressWarnings("NullAway.Init")
    private List<String> contenders;

    @Option(names = "--data", description = "folder for the servers' data; default: a temporary one")
    private @Nullable Path data;

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("plantbuddy-bench") : data;
        List<Contender> all = contenders.stream().map(this::contender).toList();
        List<List<Round.Result>> results = new ArrayList<>();
        all.forEach(contender -> results.add(new ArrayList<>()));
        try (Site site = Site.start(folder, window)) {
            Progress.say("window " + window + ", " + Cpu.model() + ", "
                    + Runtime.getRuntime().availableProcessors() + " cores; one round to warm the broker");
            Progress.say(Round.run(site, new Contender.NoOp(), warm, readings / 2, boards));
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < all.size(); i++) {
                    Round.Result result = Round.run(site, all.get(i), warm, readings, boards);
                    Progress.say(result);
                    results.get(i).add(result);
                }
            }
        }
        results.forEach(ThroughputCommand::report);
        return results.stream()
                        .flatMap(List::stream)
                        .allMatch(result -> result.stored() < 0 || result.stored() == result.sent())
                ? 0
                : 1;
    }

    private Contender contender(String text) {
        int connections = text.endsWith(TWICE) ? 2 : 1;
        String[] parts = (connections == 2 ? text.substring(0, text.length() - TWICE.length()) : text).split(":", -1);
        return switch (parts[0]) {
            case "bridge" ->
                new Contender.Bridge(
                        connections,
                        parts.length == 2 ? Optional.of(Path.of(parts[1]).toAbsolutePath()) : Optional.empty());
            case "noop" -> new Contender.NoOp(connections);
            case "telegraf" ->
                parts.length == 4
                        ? Contender.Telegraf.of(
                                connections, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), parts[3])
                        : Contender.Telegraf.of(connections, window, Math.min(window, 5_000), "200ms");
            default -> throw new IllegalArgumentException("there is no contender '" + text + "'");
        };
    }

    /** A row of the table in docs/benchmarks.md. */
    private static void report(List<Round.Result> rounds) {
        double[] rates =
                rounds.stream().mapToDouble(Round.Result::perSecond).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f–%,.0f | %.1f | %.1f | %.1f | %d | %s |%n",
                rounds.get(0).contender(),
                rates[rates.length / 2],
                rates[0],
                rates[rates.length - 1],
                rounds.stream().mapToDouble(Round.Result::contenderUs).sorted().toArray()[rates.length / 2],
                rounds.stream().mapToDouble(Round.Result::brokerUs).sorted().toArray()[rates.length / 2],
                rounds.stream().mapToDouble(Round.Result::influxUs).sorted().toArray()[rates.length / 2],
                rounds.stream().mapToLong(Round.Result::peakMib).max().orElse(0),
                rounds.stream().allMatch(round -> round.stored() == round.sent())
                        ? "all"
                        : rounds.get(0).stored() < 0 ? "–" : "NOT ALL");
    }
}
