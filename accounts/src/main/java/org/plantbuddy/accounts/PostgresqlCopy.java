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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.plantbuddy.config.Config;

/**
 * Copies an accounts database from SQLite to PostgreSQL: users, boards, tokens of services, alerts, all but what running
 * processes note of each other. The one transaction of it copies everything or nothing.
 */
public final class PostgresqlCopy {

    private static final String SOURCE_OPTIONS = "?locking_mode=EXCLUSIVE&busy_timeout=3000";
    private static final int ROWS_AT_ONCE = 500;

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
            Set<String> tables = parentsFirst(source);
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

    /** All tables but those of processes that run, which begin anew; those that others refer to before these. */
    private static Set<String> parentsFirst(Connection source) throws SQLException {
        List<String> waiting = new ArrayList<>(strings(
                source,
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                        + " AND name NOT IN ('flyway_schema_history', 'watchers', 'operator_told', 'drains', 'drains_seen')"
                        + " ORDER BY name"));
        Set<String> ordered = new LinkedHashSet<>();
        while (!waiting.isEmpty()) {
            for (String table : List.copyOf(waiting)) {
                List<String> parents =
                        strings(source, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('" + table + "')");
                if (ordered.containsAll(parents)) {
                    ordered.add(table);
                    waiting.remove(table);
                }
            }
        }
        return ordered;
    }

    private static List<String> strings(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> strings = new ArrayList<>();
            while (rows.next()) {
                strings.add(rows.getString(1));
            }
            return strings;
        }
    }

    private static void requireEmpty(Handle target, Set<String> tables) {
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
            String places = IntStream.range(0, columns).mapToObj(column -> "?").collect(Collectors.joining(", "));
            String insert = "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES (" + places + ")";
            try (PreparedStatement batch = target.prepareStatement(insert)) {
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
