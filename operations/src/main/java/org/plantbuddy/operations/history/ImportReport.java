package org.plantbuddy.operations.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plantbuddy.config.Key;

/**
 * What an import did.
 *
 * @param stored points InfluxDB has accepted: one for each series and time
 * @param replaced readings of a series and time that a later line has as well: the later one is stored
 * @param means how many numbers of 10-minute means of an archive are stored
 * @param meansLeftOut whether an archive has means that are not stored, for want of the operator's token
 * @param beside what was stored of an archive's boards, alerts and thresholds, and what was not; a line each
 * @param besideLeftOut whether something of these was not
 * @param shift by how much each was moved
 * @param span from the oldest to the newest of them; empty when there are none
 * @param expired readings older than they are kept
 * @param firstExpired line of the first of them, 0 when there are none
 * @param apart readings more than a year from the file's others: not moved with them, and left out
 * @param firstApart line of the first of them, 0 when there are none
 * @param bad lines that hold no reading, or one that was not accepted
 * @param firstBad the first of them
 */
public record ImportReport(
        long stored,
        long replaced,
        long means,
        boolean meansLeftOut,
        List<String> beside,
        boolean besideLeftOut,
        Duration shift,
        Optional<Span> span,
        long expired,
        long firstExpired,
        long apart,
        long firstApart,
        long bad,
        List<BadLine> firstBad) {

    public ImportReport {
        firstBad = List.copyOf(firstBad);
        beside = List.copyOf(beside);
    }

    /** A line and what is wrong with it. */
    public record BadLine(long number, String reason) {}

    /** From the oldest to the newest, both included. */
    public record Span(Instant from, Instant to) {

        /** The part of it from this time on; empty where it ends before. */
        Optional<Span> from(Instant time) {
            return to.isBefore(time) ? Optional.empty() : Optional.of(new Span(from.isBefore(time) ? time : from, to));
        }
    }

    /** Whether something in the file is not in InfluxDB. */
    boolean leftOut() {
        return meansLeftOut || besideLeftOut || expired + apart + bad > 0;
    }

    /** For a person, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("stored " + stored + " readings"
                + span.map(s -> " from " + s.from() + " to " + s.to()).orElse("")
                + (shift.isZero() ? "" : ", moved by " + shift));
        if (replaced > 0) {
            lines.add("replaced " + replaced + " readings by later lines of the same series and time");
        }
        if (means > 0) {
            lines.add("stored 10-minute means, " + means + " numbers");
        }
        lines.addAll(beside);
        if (meansLeftOut) {
            lines.add("left out the archive's 10-minute means: only the operator's token may store them; run this where"
                    + " it lies, or set " + Key.INFLUX_OPERATOR_TOKEN.variable() + "_FILE");
        }
        if (expired > 0) {
            lines.add("left out " + expired + " readings older than they are kept, the first in line " + firstExpired);
        }
        if (apart > 0) {
            lines.add("left out " + apart
                    + " readings more than a year away from all others (was that board's clock set?),"
                    + " the first in line " + firstApart);
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
