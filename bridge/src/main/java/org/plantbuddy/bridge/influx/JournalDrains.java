package org.plantbuddy.bridge.influx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.Drains;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when what was in this bridge's journal, and in those that nobody has, is stored, for backups that wait for that. What the
 * broker is rid of is in a journal, or stored: a bridge acknowledges nothing else.
 */
public final class JournalDrains implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalDrains.class);
    private static final long LOOK_AGAIN_MS = 500;
    private final Drains drains;
    private final String bridge;
    private final Journal journal;
    private final LeftBehind left;
    private final ScheduledExecutorService thread = Vital.timer("drains", 1);
    private final Map<String, Mark> marks = new HashMap<>();

    /** Where the journal was when a request was seen first. */
    private record Mark(long newest, long atNs) {}

    private JournalDrains(Drains drains, String bridge, Journal journal, LeftBehind left) {
        this.drains = drains;
        this.bridge = bridge;
        this.journal = journal;
        this.left = left;
    }

    /**
     * Starts.
     *
     * @param bridge this bridge's name among the others
     */
    public static JournalDrains start(Drains drains, String bridge, Journal journal, LeftBehind left) {
        JournalDrains started = new JournalDrains(drains, bridge, journal, left);
        var unused = started.thread.scheduleWithFixedDelay(started::look, 0, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        return started;
    }

    private void look() {
        try {
            List<String> wanted = drains.inJournal(bridge);
            marks.keySet().retainAll(wanted);
            for (String id : wanted) {
                Mark mark = marks.computeIfAbsent(id, first -> new Mark(journal.newest(), System.nanoTime()));
                if (journal.isPast(mark.newest()) && left.noneLeftAfter(mark.atNs())) {
                    drains.leftJournal(id, bridge);
                }
            }
        } catch (RuntimeException e) { // the request waits
            LOG.debug("event=drains_not_checked reason=\"{}\"", e.toString());
        }
    }

    @Override
    public void close() {
        Vital.end(thread);
    }
}
