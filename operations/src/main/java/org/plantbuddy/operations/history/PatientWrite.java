package org.plantbuddy.operations.history;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to InfluxDB, trying again for about a minute, or longer where it asks for that. */
record PatientWrite(InfluxWrite influx) {

    private static final Logger log = LoggerFactory.getLogger(PatientWrite.class);
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** What InfluxDB has answered at last; {@link WriteAnswer.Later} when patience is over. */
    WriteAnswer write(List<String> lines) throws InterruptedIOException {
        try {
            Duration pause = FIRST_PAUSE;
            WriteAnswer answer = influx.write(lines);
            for (int i = 1; i < ATTEMPTS && answer instanceof WriteAnswer.Later later; i++) {
                Duration wait = later.pause().compareTo(pause) > 0 ? later.pause() : pause;
                log.warn("import waits wait_ms={} reason={}", wait.toMillis(), later.reason());
                Thread.sleep(wait.toMillis());
                pause = pause.multipliedBy(2);
                answer = influx.write(lines);
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("import interrupted; run it again: it stores the same points");
        }
    }
}
