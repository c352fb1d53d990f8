package org.plantbuddy.operations.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects lines and writes them 5,000 at a time. A batch that InfluxDB does not accept is halved until only the bad
 * lines are refused; writing a good one twice changes nothing.
 */
final class HistoryBatches {

    private static final int BATCH = 5_000;

    private final PatientWrite influx;
    private final Tally tally;
    private final List<Numbered> collected = new ArrayList<>(BATCH);

    HistoryBatches(PatientWrite influx, Tally tally) {
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
        WriteAnswer answer =
                influx.write(batch.stream().map(line -> line.reading().toLine()).toList());
        if (answer instanceof WriteAnswer.Stored) {
            batch.forEach(line -> tally.stored(line.reading()));
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
}
