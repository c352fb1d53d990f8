package org.plantbuddy.bridge.influx;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.influx.Backoff;
import org.plantbuddy.influx.WriteOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes until InfluxDB has said yes or no, however long that takes. One thread writes, another may stop it. */
final class PatientWriter {

    private static final Logger LOG = LoggerFactory.getLogger(PatientWriter.class);

    private final Backoff backoff = new Backoff();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Timer latency;
    private final Counter retries;
    private volatile Optional<String> problem = Optional.empty();

    PatientWriter(MeterRegistry meters) {
        latency = Timer.builder("plantbuddy.influx.write")
                .description("How long InfluxDB takes to store a batch")
                .publishPercentileHistogram()
                .register(meters);
        retries = Counter.builder("plantbuddy.influx.retries")
                .description("Writes that InfluxDB neither stored nor refused, tried again")
                .register(meters);
    }

    /** One write. */
    @FunctionalInterface
    interface Attempt {
        WriteOutcome run() throws InterruptedException;
    }

    /**
     * Writes until there is an answer about the points.
     *
     * @return empty when they are stored; otherwise why they are refused
     * @throws InterruptedException when stopped meanwhile
     */
    Optional<String> write(Attempt attempt) throws InterruptedException {
        while (true) {
            long started = System.nanoTime();
            WriteOutcome outcome = attempt.run();
            if (outcome instanceof WriteOutcome.RetryAfter retry) {
                retries.increment();
                held(retry.reason());
                pause(backoff.next(retry.pause()));
                continue;
            }
            flowing();
            if (outcome instanceof WriteOutcome.Refused refused) {
                return Optional.of(refused.reason());
            }
            latency.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            return Optional.empty();
        }
    }

    /**
     * Waits.
     *
     * @throws InterruptedException when stopped
     */
    void pause(Duration pause) throws InterruptedException {
        if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped");
        }
    }

    void stop() {
        stopped.countDown();
    }

    void held(String reason) {
        if (problem.isEmpty()) {
            LOG.warn("event=writes_held reason=\"{}\"", reason);
        }
        problem = Optional.of("readings wait in the journal: " + reason);
    }

    private void flowing() {
        backoff.reset();
        if (problem.isPresent()) {
            LOG.info("event=writes_flowing");
        }
        problem = Optional.empty();
    }

    Optional<String> problem() {
        return problem;
    }
}
