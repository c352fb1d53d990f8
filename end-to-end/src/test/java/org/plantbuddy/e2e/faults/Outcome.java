package org.plantbuddy.e2e.faults;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What the ledger and InfluxDB say together about one round.
 *
 * @param hit the state the fault hit
 * @param sent numbers sent
 * @param acknowledged numbers the broker acknowledged to a board
 * @param refusals how often the broker refused one for now
 * @param again how often one was sent again on a new connection
 * @param stored distinct numbers in InfluxDB
 * @param lost numbers acknowledged, and not in InfluxDB
 * @param foreign points that nobody sent
 * @param twiceWithTime numbers with a time of their own that are stored more than once
 * @param twiceWithoutTime the same without
 * @param seconds from the first reading to the last stored
 */
record Outcome(
        String fault,
        int round,
        String hit,
        long sent,
        long acknowledged,
        long refusals,
        long again,
        long stored,
        List<Long> lost,
        long foreign,
        long twiceWithTime,
        long twiceWithoutTime,
        long seconds) {

    /** How many of the lost numbers are told, for whoever looks where they were last. */
    private static final int NAMED = 20;

    static Outcome of(Fault fault, Site site, String hit, BitSet acknowledged, Stored stored, long seconds) {
        Senders senders = site.senders();
        List<Long> lost = new ArrayList<>();
        long[] twice = new long[2];
        for (int i = 0; i < senders.progress().sent(); i++) {
            if (acknowledged.get(i) && stored.times(i) == 0) {
                lost.add(senders.first() + i);
            }
            if (stored.times(i) > 1) {
                twice[(int) ((senders.first() + i) % 2)]++; // even numbers have a time
            }
        }
        Senders.Progress progress = senders.progress();
        return new Outcome(
                fault.title(),
                site.round(),
                hit,
                progress.sent(),
                acknowledged.cardinality(),
                progress.refused(),
                progress.again(),
                stored.distinct(),
                lost,
                stored.foreign(),
                twice[0],
                twice[1],
                seconds);
    }

    /** Whether the promise was kept. */
    boolean isKept(Fault by) {
        return acknowledged > 0
                && lost.isEmpty()
                && foreign == 0
                && twiceWithTime == 0
                && (twiceWithoutTime == 0 || (by.crashesTheBroker() && twiceWithoutTime <= again));
    }

    @Override
    public String toString() {
        return fault + " " + round + ": hit [" + hit + "]; sent=" + sent + " acknowledged=" + acknowledged
                + " refused_for_now=" + refusals + " sent_again=" + again + " stored=" + stored + " LOST=" + lost.size()
                + (lost.isEmpty() ? "" : " " + lost.subList(0, Math.min(lost.size(), NAMED)))
                + " foreign=" + foreign + " twice_with_time=" + twiceWithTime + " twice_without_time="
                + twiceWithoutTime + " seconds=" + seconds;
    }
}
