package org.plantbuddy.bridge.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an import did.
 *
 * @param stored readings InfluxDB has accepted
 * @param shift by how much each was moved
 * @param span from the oldest to the newest of them; empty when there are none
 * @param expired readings older than the bucket keeps
 * @param firstExpired line of the first of them, 0 when there are none
 * @param bad lines that hold no reading, or one that was not accepted
 * @param firstBad the first of them
 */
public record ImportReport(
        long stored,
        Duration shift,
        Optional<Span> span,
        long expired,
        long firstExpired,
        long bad,
        List<BadLine> firstBad) {

    public ImportReport {
        firstBad = List.copyOf(firstBad);
    }

    /** A line and what is wrong with it. */
    public record BadLine(long number, String reason) {}

    /** From the oldest to the newest, both included. */
    public record Span(Instant from, Instant to) {}

    /** For a person, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("stored " + stored + " readings"
                + span.map(s -> " from " + s.from() + " to " + s.to()).orElse("")
                + (shift.isZero() ? "" : ", moved by " + shift));
        if (expired > 0) {
            lines.add(
                    "left out " + expired + " readings older than the bucket keeps, the first in line " + firstExpired);
        }
        if (bad > 0) {
            lines.add("refused " + bad + " lines:");
            firstBad.forEach(line -> lines.add("  line " + line.number() + ": " + line.reason()));
            if (bad > firstBad.size()) {
                lines.add("  and " + (bad - firstBad.size()) + " more");
            }
        }
        return lines;
    }
}
