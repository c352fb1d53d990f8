package org.plantbuddy.bridge.journal;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Properties;
import org.plantbuddy.reading.Reading;

/**
 * One connection to the journal's SQLite file: a row is a group of readings that were committed together.
 *
 * <p>WAL with {@code synchronous=FULL}: a commit returns after the log is synced, and a log's torn end is recognised by
 * SQLite's checksums. Each row has a checksum of its own, since SQLite has none in the file itself. Not thread-safe.
 */
final class JournalFile implements AutoCloseable {

    static final String NAME = "journal.db";

    private static final int PAGE_BYTES = 4_096;
    private static final int BUSY_MS = 10_000;

    /**
     * When SQLite's log has so many pages they are taken over into the file. On a disk that fills up it may become twice as
     * long, and the file must have room for all of it: {@link Reserve}.
     */
    private static final int LOG_PAGES = 256;

    private static final long LOG_KEPT_BYTES = 2L * LOG_PAGES * PAGE_BYTES;
    private static final int ROWS_AT_ONCE = 2_000;

    /** A group as it lies in the file. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Row(long seq, int readings, int checksum, byte[] data) {

        List<Reading> decode() throws DamagedGroupException {
            if (GroupCodec.checksum(data) != checksum) {
                throw new DamagedGroupException("checksum differs");
            }
            return GroupCodec.decode(data);
        }
    }

    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement sum;
    private final PreparedStatement after;
    private final PreparedStatement oldest;

    private JournalFile(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint=" + LOG_PAGES);
            for (String table : List.of("journal", "damaged")) {
                statement.execute("CREATE TABLE IF NOT EXISTS " + table + " (seq INTEGER PRIMARY KEY,"
                        + " at INTEGER NOT NULL, readings INTEGER NOT NULL, checksum INTEGER NOT NULL,"
                        + " data BLOB NOT NULL)");
            }
        }
        insert = connection.prepareStatement("INSERT INTO journal VALUES (?, ?, ?, ?, ?)");
        delete = connection.prepareStatement("DELETE FROM journal WHERE seq <= ?");
        sum = connection.prepareStatement("SELECT COALESCE(SUM(readings), 0) FROM journal WHERE seq <= ?");
        after = connection.prepareStatement(
                "SELECT seq, readings, checksum, data FROM journal WHERE seq > ? ORDER BY seq LIMIT " + ROWS_AT_ONCE);
        oldest = connection.prepareStatement("SELECT at FROM journal WHERE seq > ? ORDER BY seq LIMIT 1");
    }

    /**
     * @param maxBytes what the file may grow to; more is {@code SQLITE_FULL}
     */
    static JournalFile open(Path folder, long maxBytes) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("journal_mode", "WAL");
        settings.setProperty("synchronous", "FULL");
        settings.setProperty("busy_timeout", Integer.toString(BUSY_MS));
        settings.setProperty("transaction_mode", "IMMEDIATE");
        settings.setProperty("max_page_count", Long.toString(Math.max(16, maxBytes / PAGE_BYTES)));
        settings.setProperty("journal_size_limit", Long.toString(LOG_KEPT_BYTES));
        settings.setProperty("jdbc.get_generated_keys", "false"); // else each insert asks for its row's number
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(NAME), settings);
        try {
            return new JournalFile(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    void insert(long seq, long atMs, int readings, byte[] data) throws SQLException {
        insert(seq, atMs, readings, GroupCodec.checksum(data), data);
    }

    private void insert(long seq, long atMs, int readings, int checksum, byte[] data) throws SQLException {
        insert.setLong(1, seq);
        insert.setLong(2, atMs);
        insert.setInt(3, readings);
        insert.setInt(4, checksum);
        insert.setBytes(5, data);
        insert.executeUpdate();
    }

    /** Deletes all groups up to this one; returns how many readings were in them. */
    long delete(long upTo) throws SQLException {
        long readings = sum(upTo);
        delete.setLong(1, upTo);
        delete.executeUpdate();
        return readings;
    }

    /** Keeps a copy of a damaged group out of the way, for people to look at. */
    void setAside(long seq) throws SQLException {
        try (PreparedStatement copy =
                connection.prepareStatement("INSERT OR IGNORE INTO damaged SELECT * FROM journal WHERE seq = ?")) {
            copy.setLong(1, seq);
            copy.executeUpdate();
        }
    }

    /** Takes the write lock; everything until {@link #commit} is one change. Reading needs none of this. */
    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    /** Returns when the change is on the disk. */
    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** Takes over into the file what SQLite's log has, and gives the log's room back, as far as readers let it. */
    void emptyLog() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /** The groups after {@code seq}, oldest first, until they hold {@code most} readings; at least one if there is one. */
    List<Row> after(long seq, int most) throws SQLException {
        after.setLong(1, seq);
        List<Row> rows = new ArrayList<>();
        int readings = 0;
        try (ResultSet result = after.executeQuery()) {
            while (readings < most && result.next()) {
                int more = result.getInt(2);
                if (!rows.isEmpty() && readings + more > most) {
                    break;
                }
                readings += more;
                rows.add(new Row(result.getLong(1), more, result.getInt(3), result.getBytes(4)));
            }
        }
        return rows;
    }

    OptionalLong oldestAfter(long seq) throws SQLException {
        oldest.setLong(1, seq);
        try (ResultSet result = oldest.executeQuery()) {
            return result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty();
        }
    }

    /** How many readings are in the groups up to this one. */
    long sum(long upTo) throws SQLException {
        sum.setLong(1, upTo);
        try (ResultSet result = sum.executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    long lastSeq() throws SQLException {
        return number("SELECT COALESCE(MAX(seq), 0) FROM (SELECT MAX(seq) AS seq FROM journal"
                + " UNION SELECT MAX(seq) FROM damaged)");
    }

    long damagedGroups() throws SQLException {
        return number("SELECT COUNT(*) FROM damaged");
    }

    /** Bytes of the file that hold something. */
    long usedBytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * PAGE_BYTES;
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
