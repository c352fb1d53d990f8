package org.plantbuddy.simulator;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simulate live}: until Ctrl-C, or as long as it is told. */
@Command(
        name = "live",
        description = "Boards that publish over MQTT, a reading of each sensor every interval.",
        mixinStandardHelpOptions = true)
final class LiveCommand implements Callable<Integer> {

    @Mixin
    BoardOptions options = new BoardOptions();

    @Option(
            names = "--interval",
            defaultValue = "10s",
            converter = Durations.class,
            description = "time between readings of a sensor (default: ${DEFAULT-VALUE})")
    Duration interval = Duration.ofSeconds(10);

    @Option(
            names = "--dries-within",
            defaultValue = "60s",
            converter = Durations.class,
            description = "how long until soil_moisture has passed 35 after watering (default: ${DEFAULT-VALUE})")
    Duration driesWithin = Duration.ofMinutes(1);

    @Option(names = "--for", converter = Durations.class, description = "end after this long (default: until Ctrl-C)")
    @Nullable
    Duration duration;

    @Override
    public Integer call() throws InterruptedException {
        List<SimulatedBoard> boards = new ArrayList<>();
        Clock clock = Clock.systemUTC();
        for (Credentials credentials : options.credentials(System.getenv())) {
            boards.add(SimulatedBoard.drying(options.broker(), credentials, driesWithin, interval, clock));
        }
        Thread onExit = new Thread(() -> end(boards), "boards-leave");
        Runtime.getRuntime().addShutdownHook(onExit);
        boards.forEach(SimulatedBoard::start);
        CountDownLatch never = new CountDownLatch(1);
        if (duration == null) {
            never.await();
        } else if (!never.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
            end(boards);
        }
        System.out.println("acknowledged readings: "
                + boards.stream().mapToLong(SimulatedBoard::acknowledged).sum());
        return 0;
    }

    private static void end(List<SimulatedBoard> boards) {
        boards.parallelStream().forEach(SimulatedBoard::close);
    }
}
