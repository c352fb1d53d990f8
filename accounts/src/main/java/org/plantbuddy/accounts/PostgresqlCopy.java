package org.plantbuddy.accounts;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.plantbuddy.config.Config;

/**
 * Copies an accounts database from SQLite to PostgreSQL: users, boards, tokens of services, alerts, all but what running
 * processes note of each other. The one transaction of it copies everything or nothing.
 */
public final class PostgresqlCopy {

    private static final String SOURCE_OPTIONS = "?locking_mode=EXCLUSIVE&busy_timeout=3000";
    private static final int ROWS_AT_ONCE = 500;
    private static final Set<String> OF_PROCESSES = Set.of("watchers", "operator_told");

    private PostgresqlCopy() {}

    /**
     * Copies, while nobody else has the SQLite file open.
     *
     * @return how many rows of each table
     * @throws AccountException when the source is no SQLite file or is open elsewhere, or the target holds something
     * @throws AccountsUnavailableException when one of them cannot be opened, or does not take what the other holds
     */
    public static Map<String, Long> copy(Config from, Config to, Clock clock) {
        Path file = Accounts.file(from)
                .orElseThrow(() -> new AccountException("accounts are copied from SQLite, and PLANTBUDDY_DATABASE_URL"
                        + " names another database: leave it out, or set it to jdbc:sqlite:FILE"));
        Accounts.openExisting(from, clock).close(); // brings it to this version's schema
        try (Connection source = alone(file);
                Accounts target = Accounts.open(to, clock)) {
            List<String> tables = tables(source);
            return target.jdbi().inTransaction(handle -> {
                requireEmpty(handle, tables);
                Map<String, Long> copied = new LinkedHashMap<>();
                for (String table : tables) {
                    copied.put(table, copy(source, handle.getConnection(), table));
                }
                return copied;
            });
        } catch (SQLException e) {
            // The message of a batch has the row that failed, and in it hashes.
            throw new AccountException(
                    "nothing was copied from " + file + ": " + AccountsUnavailableException.rootMessage(e));
        }
    }

    /** Every process that has the file open holds a lock on it, also while it is idle. */
    private static Connection alone(Path file) throws SQLException {
        Connection source = DriverManager.getConnection("jdbc:sqlite:" + file + SOURCE_OPTIONS);
        try (Statement statement = source.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            return source;
        } catch (SQLException e) {
            source.close();
            throw new AccountException("somebody has " + file + " open, and may write to it (" + e.getMessage()
                    + "): stop Plant Buddy first, with Docker Compose `docker compose stop web bridge broker`");
        }
    }

    /** All but those of processes that run, which begin anew. */
    private static List<String> tables(Connection source) throws SQLException {
        return AccountsCopy.tables(source).stream()
                .filter(table -> !OF_PROCESSES.contains(table))
                .toList();
    }

    private static void requireEmpty(Handle target, List<String> tables) {
        target.execute("LOCK TABLE " + String.join(", ", tables) + " IN EXCLUSIVE MODE");
        for (String table : tables) {
            boolean empty = target.createQuery("SELECT 1 FROM " + table + " LIMIT 1")
                    .mapTo(Integer.class)
                    .findFirst()
                    .isEmpty();
            if (!empty) {
                throw new AccountException("the database to copy to is not empty: its table " + table
                        + " has rows. Nothing was copied; name an empty database");
            }
        }
    }

    private static long copy(Connection source, Connection target, String table) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            int columns = rows.getMetaData().getColumnCount();
            List<String> names = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                names.add(rows.getMetaData().getColumnName(column));
            }
            try (PreparedStatement batch = target.prepareStatement(AccountsCopy.insert(table, names))) {
                long count = 0;
                while (rows.next()) {
                    for (int column = 1; column <= columns; column++) {
                        batch.setObject(column, rows.getObject(column));
                    }
                    batch.addBatch();
                    count++;
                    if (count % ROWS_AT_ONCE == 0) {
                        batch.executeBatch();
                    }
                }
                batch.executeBatch();
                return count;
            }
        }
    }
}
