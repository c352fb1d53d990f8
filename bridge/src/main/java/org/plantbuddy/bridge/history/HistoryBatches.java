package org.plantbuddy.bridge.history;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects lines and writes them 5,000 at a time. A batch that InfluxDB does not accept is halved until only the bad
 * lines are refused; writing a good one twice changes nothing.
 */
final class HistoryBatches {

    private static final Logger log = LoggerFactory.getLogger(HistoryBatches.class);
    private static final int BATCH = 5_000;
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final InfluxWrite influx;
    private final Tally tally;
    private final List<Numbered> collected = new ArrayList<>(BATCH);

    HistoryBatches(InfluxWrite influx, Tally tally) {
        this.influx = influx;
        this.tally = tally;
    }

    private record Numbered(long number, HistoricalReading reading) {}

    void add(long number, HistoricalReading reading) throws IOException {
        collected.add(new Numbered(number, reading));
        if (collected.size() >= BATCH) {
            flush();
        }
    }

    /** Writes what is left. */
    void flush() throws IOException {
        if (!collected.isEmpty()) {
            write(collected);
            collected.clear();
        }
    }

    private void write(List<Numbered> batch) throws IOException {
        WriteAnswer answer = attempt(batch);
        if (answer instanceof WriteAnswer.Stored) {
            batch.forEach(line -> tally.stored(line.reading().nanos()));
        } else if (answer instanceof WriteAnswer.Unacceptable unacceptable && batch.size() == 1) {
            tally.bad(batch.get(0).number(), unacceptable.reason());
        } else if (answer instanceof WriteAnswer.Unacceptable) {
            int half = batch.size() / 2;
            write(batch.subList(0, half));
            write(batch.subList(half, batch.size()));
        } else if (answer instanceof WriteAnswer.Never never) {
            throw new ImportRefusedException(
                    never.reason() + "; is the system set up, and may this token write bucket plantbuddy?");
        } else if (answer instanceof WriteAnswer.Later later) {
            throw new ImportRefusedException(
                    later.reason() + "; gave up. Import the file again later: it stores the same points");
        }
    }

    private WriteAnswer attempt(List<Numbered> batch) throws IOException {
        List<String> lines = batch.stream().map(line -> line.reading().toLine()).toList();
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
