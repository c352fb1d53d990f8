package org.plantbuddy.accounts;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.plantbuddy.process.Vital;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Denials that a process sums up, a sum for each board and kind, and writes into the accounts database every second on a thread
 * of its own. While the database is away nobody waits, and of what is summed up nothing is lost, up to a bound. Thread-safe.
 */
public final class DenialSums implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DenialSums.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration FORGETTING_EVERY = Duration.ofHours(1);
    private static final long CLOSED_WITHIN_S = 5;
    private static final int MOST = 10_000;

    /** Who guesses names must not take the place of boards. */
    private static final int MOST_WITH_NAMES = 1_000;

    private final Consumer<Collection<DeniedRequest>> database;
    private final ScheduledExecutorService writing = Vital.timer("plantbuddy-denials", 1);
    private Map<Key, Sum> open = new HashMap<>();
    private boolean written = true;

    private record Key(String user, String device, String kind) {}

    private record Sum(DeniedRequest denied, int most) {

        Sum and(Sum later) {
            return new Sum(denied.and(later.denied), most);
        }
    }

    /** Writes when {@link #write} is called. */
    public DenialSums(Consumer<Collection<DeniedRequest>> database) {
        this.database = database;
    }

    /** Writes from now on. */
    public static DenialSums start(DeniedRequests database) {
        DenialSums sums = new DenialSums(database::add);
        sums.every(EVERY, sums::write);
        sums.every(FORGETTING_EVERY, database::forgetOld);
        return sums;
    }

    private void every(Duration pause, Runnable work) {
        var unused = writing.scheduleWithFixedDelay(
                Vital.again("denials", work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Of a client that has proven whose it is. */
    public void add(DeniedRequest denied) {
        add(new Sum(denied, MOST));
    }

    /** Of one that only came with a name, which may be nobody's. */
    public void addOfName(DeniedRequest denied) {
        add(new Sum(denied, MOST_WITH_NAMES));
    }

    private synchronized void add(Sum sum) {
        Key key = new Key(sum.denied.user(), sum.denied.device(), sum.denied.kind());
        if (open.containsKey(key) || open.size() < sum.most) {
            open.merge(key, sum, Sum::and);
        }
    }

    private synchronized Map<Key, Sum> turnPage() {
        Map<Key, Sum> full = open;
        open = new HashMap<>();
        return full;
    }

    /** Writes what is summed up, or keeps it for the next time. */
    public void write() {
        Map<Key, Sum> full = turnPage();
        try {
            database.accept(full.values().stream().map(Sum::denied).toList());
            written = true;
        } catch (RuntimeException e) {
            keep(full);
            if (written) {
                log.warn(
                        "denials=not-written, owners are told later; cause={}",
                        AccountsUnavailableException.rootMessage(e));
            }
            written = false;
        }
    }

    private synchronized void keep(Map<Key, Sum> full) {
        Map<Key, Sum> since = open;
        open = full;
        since.values().forEach(this::add);
    }

    /** Writes the rest. */
    @Override
    public void close() {
        writing.shutdown();
        try {
            if (!writing.awaitTermination(CLOSED_WITHIN_S, TimeUnit.SECONDS)) {
                writing.shutdownNow();
                return; // the database hangs
            }
            write();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
