package org.plantbuddy.bench;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a message costs as the number of boards grows. Every board has been heard before what is measured begins. */
@Command(name = "boards", description = "CPU time a message, by number of boards.")
final class BoardsCommand implements Callable<Integer> {

    @Option(names = "--boards", split = ",", defaultValue = "10,100,1000,10000,100000", description = "how many")
    @SuppressWarnings("NullAway.Init")
    private List<Integer> boards;

    @Option(names = "--readings", defaultValue = "100000", description = "measured for each number of boards")
    private int readings;

    @Option(names = "--window", defaultValue = "1000", description = "the broker's window of unacknowledged messages")
    private int window;

    @Override
    public Integer call() throws Exception {
        List<String> rows = new ArrayList<>();
        try (Site site = Site.start(Files.createTempDirectory("plantbuddy-bench"), window)) {
            Progress.say(Round.run(site, new Contender.NoOp(), 60_000, 50_000, 100));
            for (int count : boards) {
                int warm = Math.max(60_000, count);
                Round.Result result = Round.run(site, new Contender.Bridge(), warm, readings, count);
                Progress.say(count + " boards: " + result);
                rows.add(String.format(
                        Locale.ROOT,
                        "| %,d | %,.0f | %.1f | %.1f | %.1f | %d |",
                        count,
                        result.perSecond(),
                        result.contenderUs(),
                        result.brokerUs(),
                        result.influxUs(),
                        result.peakMib()));
            }
        }
        rows.forEach(System.out::println);
        return 0;
    }
}
