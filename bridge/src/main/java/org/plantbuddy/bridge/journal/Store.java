package org.plantbuddy.bridge.journal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is opened again after it failed: SQLite then reads its log anew, and only what reached the disk
 * counts. Thread-safe.
 */
class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_NOTADB = 26;
    private static final int PRIMARY_CODE = 0xff;

    interface Opening {
        JournalFile open() throws SQLException;
    }

    interface Making {
        Store store(Opening opening) throws SQLException;
    }

    interface Work<T> {
        T on(JournalFile file) throws SQLException;
    }

    interface Repair {
        void run() throws SQLException;
    }

    private final Opening opening;
    private @Nullable JournalFile file;

    Store(Opening opening) throws SQLException {
        this.opening = opening;
        this.file = opening.open();
    }

    /** Does something with the file, and opens it anew for the next when it fails. */
    synchronized <T> T call(Work<T> work) throws SQLException {
        JournalFile current = file;
        if (current == null) {
            current = opening.open();
            file = current;
        }
        try {
            return work.on(current);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /** Does something with the file itself; it is opened again by the next call. */
    synchronized void whileClosed(Repair repair) throws SQLException {
        close();
        repair.run();
    }

    static boolean isFull(SQLException e) {
        return (e.getErrorCode() & PRIMARY_CODE) == SQLITE_FULL;
    }

    static boolean isCorrupt(SQLException e) {
        int code = e.getErrorCode() & PRIMARY_CODE;
        return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    }

    synchronized void close() {
        if (file != null) {
            try {
                file.close();
            } catch (SQLException e) {
                LOG.warn("event=journal_close_failed reason=\"{}\"", e.getMessage());
            }
            file = null;
        }
    }
}
