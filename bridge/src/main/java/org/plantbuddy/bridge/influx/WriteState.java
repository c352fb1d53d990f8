package org.plantbuddy.bridge.influx;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import org.plantbuddy.influx.BatchWriter;
import org.plantbuddy.influx.WriteOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether readings flow to InfluxDB, as metrics, in the log, and as a problem while they do not. Thread-safe. */
final class WriteState implements BatchWriter.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(WriteState.class);

    private final Timer latency;
    private final Counter retries;
    private volatile Optional<String> problem = Optional.empty();

    WriteState(MeterRegistry meters) {
        latency = Timer.builder("plantbuddy.influx.write")
                .description("How long InfluxDB takes to store a batch")
                .publishPercentileHistogram()
                .register(meters);
        retries = Counter.builder("plantbuddy.influx.retries")
                .description("Writes that InfluxDB neither stored nor refused, tried again")
                .register(meters);
    }

    @Override
    public void waits(String reason, Duration pause) {
        retries.increment();
        held(reason);
    }

    void held(String reason) {
        if (problem.isEmpty()) {
            LOG.warn("event=writes_held reason=\"{}\"", reason);
        }
        problem = Optional.of("readings wait in the journal: " + reason);
    }

    @Override
    public void answered(WriteOutcome outcome, Duration took) {
        if (problem.isPresent()) {
            LOG.info("event=writes_flowing");
        }
        problem = Optional.empty();
        if (outcome instanceof WriteOutcome.Stored) {
            latency.record(took);
        }
    }

    Optional<String> problem() {
        return problem;
    }
}
