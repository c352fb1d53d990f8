package org.plantbuddy.bridge.ingest;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.accounts.DailyReadings;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.process.Vital;
import org.plantbuddy.time.EpochNs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many readings of each user may still be stored today (UTC), and for how long they are kept. Counted here, and every second
 * told to the accounts database, which knows what other bridges counted and what limits are. Until it has told of a user, and
 * while it does not answer, nobody is held to what is not known. Thread-safe.
 */
final class Allowance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Allowance.class);
    private static final long EVERY_MS = 1_000;
    private static final long CLOSED_WITHIN_MS = 15_000;
    private static final DailyUse NOT_KNOWN = new DailyUse(0, 0);

    private final DailyReadings database;
    private final Clock clock;
    private final Thread thread = Vital.thread("allowance", this::run);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, DailyUse> told = new HashMap<>();
    private final Map<String, Long> counted = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private LocalDate day;
    private boolean answered = true;

    Allowance(DailyReadings database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.day = today();
    }

    void start() {
        thread.start();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** What a user has today, with what is counted here and not told yet. */
    synchronized DailyUse of(String user) {
        asked.add(user);
        DailyUse use = today().equals(day) ? told.getOrDefault(user, NOT_KNOWN) : NOT_KNOWN;
        return new DailyUse(use.readings() + counted.getOrDefault(user, 0L), use.most(), use.keepMs());
    }

    /** The oldest time, epoch ns, whose readings are kept of who has this use. */
    long oldestKept(DailyUse use) {
        return use.keepMs() == 0 ? Long.MIN_VALUE : EpochNs.of(clock.instant().minusMillis(use.keepMs()));
    }

    /** These are stored. */
    synchronized void count(Map<String, Long> readings) {
        readings.forEach((user, more) -> counted.merge(user, more, Long::sum));
    }

    private void run() {
        try {
            while (!closing.await(EVERY_MS, TimeUnit.MILLISECONDS)) {
                tellOrKeep();
            }
            tellOrKeep();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellOrKeep() {
        try {
            tell();
            answered = true;
        } catch (RuntimeException e) {
            if (answered) {
                LOG.warn("event=daily_readings_not_told reason=\"{}\"", e.toString());
            }
            answered = false;
        }
    }

    /** A day that is over is told once, and forgotten. */
    void tell() {
        LocalDate now = today();
        LocalDate of;
        Map<String, Long> more = new HashMap<>();
        synchronized (this) {
            of = day;
            asked.forEach(user -> more.put(user, 0L));
            more.putAll(counted);
            if (!now.equals(day)) {
                day = now;
                told.clear();
                counted.clear();
                asked.clear();
            }
        }
        Map<String, DailyUse> uses = database.add(of, more);
        if (!of.equals(now)) {
            database.forgetOld(now);
            return;
        }
        synchronized (this) {
            more.forEach((user, readings) ->
                    counted.computeIfPresent(user, (name, all) -> all > readings ? all - readings : null));
            told.keySet().removeIf(user -> more.containsKey(user) && !uses.containsKey(user));
            told.putAll(uses);
            asked.clear();
        }
    }

    /** Tells the rest. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSED_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
