package org.plantbuddy.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate load}: numbered readings at a rate, and a ledger of what the broker has acknowledged. */
@Command(
        name = "load",
        description = "Publishes numbered readings at a steady rate and keeps a ledger of the acknowledged ones.",
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Mixin
    BoardOptions options = new BoardOptions();

    @Option(
            names = "--rate",
            defaultValue = "100",
            description = "readings a second, of all boards together (default: ${DEFAULT-VALUE})")
    double rate = 100;

    @Option(
            names = "--for",
            defaultValue = "10s",
            converter = Durations.class,
            description = "how long (default: ${DEFAULT-VALUE})")
    Duration duration = Duration.ofSeconds(10);

    @Option(names = "--sensor", defaultValue = "load", description = "the sensor (default: ${DEFAULT-VALUE})")
    String sensor = "load";

    @Option(names = "--first", defaultValue = "1", description = "the first number (default: ${DEFAULT-VALUE})")
    long first = 1;

    @Option(names = "--with-time", description = "each reading carries its time, as user property `time`")
    boolean withTime;

    @Option(
            names = "--mixed-time",
            description = "those with even numbers carry their time, as a sensor of their own: <sensor>_with_time")
    boolean mixedTime;

    @Option(
            names = "--patience",
            defaultValue = "30s",
            converter = Durations.class,
            description = "how long to wait for another answer at the end (default: ${DEFAULT-VALUE})")
    Duration patience = Duration.ofSeconds(30);

    @Option(
            names = "--progress",
            defaultValue = "1s",
            converter = Durations.class,
            description = "how often to print progress (default: ${DEFAULT-VALUE})")
    Duration progress = Duration.ofSeconds(1);

    @Option(names = "--ledger", paramLabel = "FILE", description = "a line per outcome: number, outcome, board")
    @Nullable
    Path ledger;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        try (Ledger entries = ledger == null ? Ledger.inMemory() : Ledger.in(ledger)) {
            Load load = new Load(options.broker(), options.credentials(System.getenv()), plan, entries, patience);
            run(load, entries);
            System.out.println("done " + entries.summary());
            return entries.unacknowledged() == 0 ? 0 : 1;
        }
    }

    /** SIGINT and SIGTERM end the sending; what was sent gets its outcome. */
    private void run(Load load, Ledger entries) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Thread stop = new Thread(() -> {
            load.stop();
            awaitQuietly(told);
        });
        Runtime.getRuntime().addShutdownHook(stop);
        ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor();
        try {
            long millis = Math.max(10, progress.toMillis());
            var unused = teller.scheduleAtFixedRate(() -> tell(entries, load), millis, millis, TimeUnit.MILLISECONDS);
            load.run();
        } finally {
            teller.shutdown(); // no interrupt: it would close the file that is being written
            boolean unused = teller.awaitTermination(10, TimeUnit.SECONDS);
            tell(entries, load);
            told.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(Ledger entries, Load load) {
        entries.flush();
        System.out.println(entries.summary() + " in_flight=" + load.inFlight());
    }

    private LoadPlan plan() {
        LoadPlan.Times times = mixedTime ? LoadPlan.Times.EVEN : withTime ? LoadPlan.Times.EACH : LoadPlan.Times.NONE;
        try {
            return new LoadPlan(rate, duration, sensor, first, times);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
