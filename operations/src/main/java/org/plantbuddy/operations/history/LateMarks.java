package org.plantbuddy.operations.history;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;

/** The marks that {@code downsample.flux} reads: measurement {@code late} in bucket {@code settings}. */
record LateMarks(InfluxTarget influx) implements Downsampling {

    @Override
    public void cover(String user, SortedSet<String> devices, ImportReport.Span span) throws IOException {
        long from = nanos(span.from());
        long until = nanos(span.to()) + 1;
        long now = nanos(Instant.now());
        List<String> marks = devices.stream()
                .map(device -> "late,user=" + user + ",device_id=" + device + ",bridge=import from=" + from + "i,until="
                        + until + "i " + now)
                .toList();
        WriteAnswer answer = new PatientWrite(new InfluxWrite(influx, "settings")).write(marks);
        if (!(answer instanceof WriteAnswer.Stored)) {
            throw new ImportRefusedException("the readings are stored, but not marked for downsampling (" + answer
                    + "); import the file again: it stores the same points");
        }
    }

    private static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }
}
