package org.plantbuddy.standalone;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.plantbuddy.config.Config;
import org.plantbuddy.process.Vital;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the whole system in the foreground. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Run the whole system in the foreground, until Ctrl-C.")
final class UpCommand implements Callable<Integer> {

    private static final Duration STOPPING = Duration.ofSeconds(60);

    private final Supplier<Config> config;

    @Option(names = "--demo", description = "with user rick, 48 hours of history and a board that dries out")
    private boolean demo;

    @Option(
            names = "--tls",
            description = "https and MQTT over TLS, with the certificate of PLANTBUDDY_TLS_FOLDER or one of its own")
    private boolean tls;

    UpCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() throws Exception {
        long started = System.nanoTime();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> askAndWait(asked, stopped), "stop"));
        Progress progress = what -> say(started, what);
        Config used = tls ? OwnTls.on(config.get(), progress) : config.get();
        try (Standalone system = Standalone.start(used, progress)) {
            Vital.endProcess();
            if (demo) {
                Demo.prepare(system, used, progress).print(System.out);
            }
            Running running = system.running();
            if (used.speaksTls()) {
                System.out.println("  tls     mosquitto_pub " + running.mosquitto()
                        + " -u USER/DEVICE -P PASSWORD -q 1 -t plantbuddy/USER/DEVICE/SENSOR -m 36");
            }
            System.out.println(
                    "ready  page " + running.page() + "  mqtt " + running.broker() + "  (Ctrl-C stops everything)");
            asked.await();
            System.out.println("stopping");
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** Runs when the process is told to end: the system stops on the main thread, in its own order. */
    private static void askAndWait(CountDownLatch asked, CountDownLatch stopped) {
        asked.countDown();
        try {
            boolean clean = stopped.await(STOPPING.toSeconds(), TimeUnit.SECONDS);
            if (!clean) {
                System.err.println("plantbuddy: a part did not stop within " + STOPPING.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(long started, String what) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf("%5.1f s  %s%n", seconds, what);
    }
}
