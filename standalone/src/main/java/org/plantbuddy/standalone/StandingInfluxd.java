package org.plantbuddy.standalone;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The InfluxDB of this system, started again on its data and port whenever it ends by itself. Meanwhile readings wait in the
 * journal, and {@code status} says so.
 */
final class StandingInfluxd implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StandingInfluxd.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** One that ran so long is not one that cannot run. */
    private static final Duration RAN_WELL = Duration.ofMinutes(1);

    /** Starts one. */
    @FunctionalInterface
    interface Start {
        InfluxdProcess on(int port) throws IOException;
    }

    private final Start start;
    private final URI url;
    private final Thread thread = Vital.thread("influxd", this::stand);
    private InfluxdProcess process;
    private volatile boolean closed;

    private StandingInfluxd(Start start, InfluxdProcess process) {
        this.start = start;
        this.process = process;
        this.url = process.url();
    }

    /** Returns once it answers. */
    static StandingInfluxd start(int port, Start start) throws IOException {
        StandingInfluxd standing = new StandingInfluxd(start, start.on(port));
        standing.thread.start();
        return standing;
    }

    URI url() {
        return url;
    }

    private void stand() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed) {
                long started = System.nanoTime();
                int exitCode = process.onExit().get();
                if (closed) {
                    return;
                }
                process.kill(); // it is gone: this frees its data
                if (System.nanoTime() - started > RAN_WELL.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                log.error("influxd ended by itself and is started again exitCode={} pause={}", exitCode, pause);
                pause = startAgain(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("it is not known how influxd ended", e);
        }
    }

    /** How long to wait the next time. */
    private Duration startAgain(Duration first) throws InterruptedException {
        Duration pause = first;
        while (true) {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            try {
                process = start.on(url.getPort());
                return pause;
            } catch (IOException e) {
                log.error("influxd does not start, tried again pause={} reason=\"{}\"", pause, e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
    }
}
