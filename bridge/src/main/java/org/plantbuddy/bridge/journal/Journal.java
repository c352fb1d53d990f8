package org.plantbuddy.bridge.journal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.plantbuddy.reading.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings on their way to InfluxDB, on disk, bounded.
 *
 * <p>What {@link #append} has returned for is there after a crash at any instant. {@link #next} hands out what came
 * first; what {@link #remove} was not told of before a crash is handed out again by the next process. One thread
 * appends, one takes and removes; the figures may be asked by any.
 */
public final class Journal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** Readings in one row, so that a batch never has to be cut inside a row by much. */
    private static final int ROW = 5_000;

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;
    private final JournalLock lock;
    private final Store writing;
    private final Store reading;
    private final Reserve reserve;

    private final ReentrantLock news = new ReentrantLock();
    private final Condition arrived = news.newCondition();
    private final AtomicLong removable = new AtomicLong();
    private final AtomicLong depth = new AtomicLong();
    private final AtomicLong damaged = new AtomicLong();
    private volatile long committed;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Supplier<Optional<String>> tooLittleRoom = Optional::empty;
    private long nextSeq;
    private long removed;
    private long cursor;

    private Journal(Path folder, long maxBytes, Clock clock, JournalLock lock, Store reading) throws SQLException {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.lock = lock;
        this.writing = new Store(() -> JournalFile.open(folder, maxBytes));
        this.reading = reading;
        this.reserve = Reserve.in(folder);
        count();
    }

    /**
     * Opens the journal in this folder, or makes it.
     *
     * @param maxBytes at which it is full
     * @throws JournalUnavailableException when it cannot be opened, or another process has it
     */
    public static Journal open(Path folder, long maxBytes, Clock clock) {
        return openFree(folder, maxBytes, clock)
                .orElseThrow(() -> new JournalUnavailableException("journal " + folder
                        + " is in use by another bridge; give each its own PLANTBUDDY_BRIDGE_CLIENT_ID, or none"));
    }

    /**
     * The same; empty when another has it.
     *
     * @throws JournalUnavailableException when it cannot be opened
     */
    static Optional<Journal> openFree(Path folder, long maxBytes, Clock clock) {
        return openFree(folder, maxBytes, clock, Store::new);
    }

    /** @param reading makes what the readings are read from */
    static Optional<Journal> openFree(Path folder, long maxBytes, Clock clock, Store.Making reading) {
        Optional<JournalLock> claimed = JournalLock.claim(folder);
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        JournalLock lock = claimed.get();
        try {
            Salvage.unlessSound(folder, maxBytes, clock);
            return Optional.of(new Journal(
                    folder, maxBytes, clock, lock, reading.store(() -> JournalFile.open(folder, maxBytes))));
        } catch (SQLException e) {
            lock.close();
            throw new JournalUnavailableException("journal " + folder + " cannot be opened: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void count() throws SQLException {
        writing.call(file -> {
            committed = Math.max(committed, file.lastSeq());
            nextSeq = Math.max(nextSeq, committed + 1);
            depth.set(file.sum(Long.MAX_VALUE));
            damaged.set(file.damagedGroups() + Salvage.count(folder));
            return committed;
        });
    }

    /**
     * From now on it takes no more while its disk has too little room: what it holds can then still be written and deleted.
     *
     * @param tooLittleRoom why the disk has too little; empty while it has room
     */
    public void refuseWhen(Supplier<Optional<String>> tooLittleRoom) {
        this.tooLittleRoom = tooLittleRoom;
    }

    /**
     * Returns when all these readings are on the disk.
     *
     * @throws JournalUnavailableException when they are not: the journal is full, or its disk fails
     */
    public void append(List<Reading> readings) {
        if (readings.isEmpty()) {
            return;
        }
        tooLittleRoom.get().ifPresent(reason -> {
            throw new JournalUnavailableException("journal " + folder + " takes no more: " + reason);
        });
        try {
            writeOrMakeRoom(readings);
        } catch (SQLException e) {
            throw unavailable(Store.isFull(e) ? "is full" : "cannot be written", e);
        }
        problem = Optional.empty();
        announce();
    }

    private void writeOrMakeRoom(List<Reading> readings) throws SQLException {
        try {
            write(readings);
        } catch (SQLException e) {
            if (Store.isFull(e)) {
                if (!flushRemoved()) { // what was stored since may have made room
                    throw e;
                }
            } else {
                repair(e);
            }
            write(readings);
        }
    }

    private void write(List<Reading> readings) throws SQLException {
        writing.call(file -> {
            long upTo = removable.get();
            file.begin();
            long freed = upTo > removed ? file.delete(upTo) : 0;
            for (int from = 0; from < readings.size(); from += ROW) {
                List<Reading> row = readings.subList(from, Math.min(readings.size(), from + ROW));
                file.insert(nextSeq++, clock.millis(), row.size(), GroupCodec.encode(row));
            }
            file.commit();
            removed = Math.max(removed, upTo);
            depth.addAndGet(readings.size() - freed);
            committed = nextSeq - 1;
            return committed;
        });
    }

    private void announce() {
        news.lock();
        try {
            arrived.signalAll();
        } finally {
            news.unlock();
        }
    }

    /**
     * The oldest readings not handed out yet; waits for some.
     *
     * @param most how many at the most; one row may hold more
     * @return empty when none came in time
     * @throws JournalUnavailableException when the disk fails
     */
    public Optional<Batch> next(int most, Duration wait) throws InterruptedException {
        try {
            if (cursor >= committed) {
                flushRemoved();
                await(wait);
            }
            return cursor >= committed ? Optional.empty() : readOrRepair(most);
        } catch (SQLException e) {
            throw unavailable("cannot be read", e);
        }
    }

    private Optional<Batch> readOrRepair(int most) throws SQLException {
        try {
            return read(most);
        } catch (SQLException e) {
            repair(e);
            return read(most);
        }
    }

    /** Replaces a file with damaged pages by one with what can still be read from it; throws what it is no cure for. */
    private void repair(SQLException e) throws SQLException {
        if (!Store.isCorrupt(e)) {
            throw e;
        }
        writing.whileClosed(() -> reading.whileClosed(() -> Salvage.salvage(folder, maxBytes, clock, e)));
        count();
    }

    private Optional<Batch> read(int most) throws SQLException {
        long upTo = committed; // before the query: what is committed after it is not passed over
        List<JournalFile.Row> rows = reading.call(file -> file.after(cursor, most));
        if (rows.isEmpty()) {
            cursor = upTo;
            return Optional.empty();
        }
        List<Reading> readings = new ArrayList<>();
        for (JournalFile.Row row : rows) {
            try {
                readings.addAll(row.decode());
            } catch (DamagedGroupException e) {
                setAside(row, e);
            }
        }
        cursor = rows.get(rows.size() - 1).seq();
        return Optional.of(new Batch(cursor, readings));
    }

    private void setAside(JournalFile.Row row, DamagedGroupException why) throws SQLException {
        writing.call(file -> {
            file.begin();
            file.setAside(row.seq());
            file.commit();
            return 0;
        });
        damaged.incrementAndGet();
        LOG.error(
                "event=journal_damaged folder={} seq={} readings={} reason=\"{}\" kept=\"table damaged\"",
                folder,
                row.seq(),
                row.readings(),
                why.getMessage());
    }

    private void await(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        news.lock();
        try {
            while (cursor >= committed && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            news.unlock();
        }
    }

    /** Everything up to the end of this batch is stored, or refused: it need not be kept. */
    public void remove(Batch batch) {
        removable.set(batch.upTo()); // deleted with the next append, or when there is nothing else to do
    }

    /**
     * Deletes what is removable, on a full disk too.
     *
     * @return whether readings may be written: what a full disk has gained belongs to the reserve first
     */
    private boolean flushRemoved() throws SQLException {
        synchronized (reserve) {
            try {
                writing.call(this::deleteRemoved);
            } catch (SQLException e) {
                if (!Store.isFull(e)) {
                    throw e;
                }
                return writing.call(this::deleteWithReserve);
            }
            return reserve.take();
        }
    }

    /** In one call: readings that come meanwhile must not get the room that is given up. */
    private boolean deleteWithReserve(JournalFile file) throws SQLException {
        reserve.giveUp();
        file.emptyLog();
        deleteRemoved(file);
        file.emptyLog();
        return reserve.take();
    }

    private long deleteRemoved(JournalFile file) throws SQLException {
        long upTo = removable.get();
        if (upTo > removed) {
            file.begin();
            long freed = file.delete(upTo);
            file.commit();
            removed = upTo;
            depth.addAndGet(-freed);
        }
        return removed;
    }

    private JournalUnavailableException unavailable(String what, SQLException e) {
        String message = "journal " + folder + " " + what + " (at most " + maxBytes + " bytes): " + e.getMessage()
                + (Store.isFull(e)
                        ? "; it empties when InfluxDB takes writes, or raise PLANTBUDDY_JOURNAL_MAX_BYTES"
                        : "; check the disk");
        if (problem.isEmpty()) {
            LOG.error("event=journal_unavailable reason=\"{}\"", message);
        }
        problem = Optional.of(message);
        return new JournalUnavailableException(message, e);
    }

    /** Readings in it. */
    public long depth() {
        return depth.get();
    }

    /** The place of the newest reading that was ever in it. */
    public long newest() {
        return committed;
    }

    /** Whether all readings up to a place are stored, or refused. */
    public boolean isPast(long place) {
        return removable.get() >= place || depth() == 0;
    }

    /** How often damage was found and set aside, ever. */
    public long damages() {
        return damaged.get();
    }

    /** Bytes on disk that hold readings. */
    public long bytes() {
        try {
            return reading.call(JournalFile::usedBytes);
        } catch (SQLException e) {
            return -1;
        }
    }

    /** How long the oldest reading in it has been waiting. */
    public Duration age() {
        try {
            OptionalLong oldest = reading.call(file -> file.oldestAfter(removable.get()));
            return oldest.isPresent()
                    ? Duration.between(Instant.ofEpochMilli(oldest.getAsLong()), clock.instant())
                    : Duration.ZERO;
        } catch (SQLException e) {
            return Duration.ZERO;
        }
    }

    /** Why it takes no readings now; empty while it does. */
    public Optional<String> problem() {
        return problem.or(tooLittleRoom);
    }

    @Override
    public void close() {
        try {
            flushRemoved();
        } catch (SQLException e) {
            LOG.warn("event=journal_not_tidied folder={} reason=\"{}\"", folder, e.getMessage());
        }
        reading.close();
        writing.close();
        lock.close();
    }
}
