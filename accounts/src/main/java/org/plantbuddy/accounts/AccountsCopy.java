package org.plantbuddy.accounts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * All rows of the accounts database as JSON, a line each, the same of SQLite and PostgreSQL: first {@code {"schema":"11"}}, then
 * for each table {@code {"table":"users","columns":["name",…]}} and its rows, {@code ["rick",…]}. Tables come after those that
 * they refer to.
 */
final class AccountsCopy {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Flyway's own, and what is of the moment. */
    private static final Set<String> LEFT_OUT = Set.of("flyway_schema_history", "drains", "drains_seen");

    /** What ended since the copy was made must not begin anew: sessions that were left, links that were used. */
    private static final Set<String> NOT_REVIVED = Set.of("page_sessions", "password_links");

    private static final int AT_ONCE = 1_000;

    private AccountsCopy() {}

    /** Writes what the database holds at one moment. The stream is left open. */
    static void write(DataSource pool, boolean sqlite, OutputStream out) throws IOException {
        try (Connection connection = pool.getConnection()) {
            begin(connection, sqlite);
            try {
                line(out, JSON.createObjectNode().put("schema", schema(connection)));
                for (String table : tables(connection)) {
                    writeTable(connection, table, out);
                }
            } finally {
                end(connection, sqlite);
            }
        } catch (SQLException e) {
            throw new IOException(
                    "the accounts database cannot be read: " + AccountsUnavailableException.rootMessage(e), e);
        }
    }

    /** Not asked of Flyway, whose question would wait for who writes. */
    private static String schema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet newest = statement.executeQuery("SELECT version FROM flyway_schema_history"
                        + " WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1")) {
            if (!newest.next()) {
                throw new SQLException("it has no schema");
            }
            return newest.getString(1);
        }
    }

    /** SQLite's driver would begin a transaction that keeps writers out. */
    private static void begin(Connection connection, boolean sqlite) throws SQLException {
        if (sqlite) {
            execute(connection, "BEGIN DEFERRED");
        } else {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
    }

    private static void end(Connection connection, boolean sqlite) throws SQLException {
        if (sqlite) {
            execute(connection, "ROLLBACK");
        } else {
            connection.rollback();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void writeTable(Connection connection, String table, OutputStream out)
            throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(AT_ONCE);
            try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                writeRows(table, rows, out);
            }
        }
    }

    private static void writeRows(String table, ResultSet rows, OutputStream out) throws SQLException, IOException {
        var head = JSON.createObjectNode().put("table", table);
        ArrayNode names = head.putArray("columns");
        int columns = rows.getMetaData().getColumnCount();
        for (int column = 1; column <= columns; column++) {
            names.add(rows.getMetaData().getColumnName(column));
        }
        line(out, head);
        while (rows.next()) {
            ArrayNode row = JSON.createArrayNode();
            for (int column = 1; column <= columns; column++) {
                row.addPOJO(rows.getObject(column));
            }
            line(out, row);
        }
    }

    private static void line(OutputStream out, JsonNode line) throws IOException {
        out.write(JSON.writeValueAsBytes(line));
        out.write('\n');
    }

    /**
     * Reads rows into the tables of an empty database, all or none. Nobody is signed in on the page then, and no link works.
     *
     * @throws AccountException when they are not what {@link #write} wrote
     */
    static void read(DataSource pool, MappingIterator<JsonNode> lines) throws IOException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Set<String> known = new HashSet<>(tables(connection));
            JsonNode head = next(lines);
            while (head.isObject()) {
                head = readTable(connection, known, head, lines);
            }
            if (!head.isMissingNode()) {
                throw notACopy("it has a row of no table");
            }
            for (String table : NOT_REVIVED) {
                if (known.contains(table)) {
                    execute(connection, "DELETE FROM " + table);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IOException(
                    "the accounts database cannot be filled: " + AccountsUnavailableException.rootMessage(e), e);
        }
    }

    /** Returns what comes after the table. */
    private static JsonNode readTable(
            Connection connection, Set<String> known, JsonNode head, MappingIterator<JsonNode> lines)
            throws SQLException, IOException {
        String table = head.path("table").asText();
        List<String> columns = new ArrayList<>();
        head.path("columns").forEach(column -> columns.add(column.asText()));
        if (!known.contains(table) || !columns.stream().allMatch(column -> column.matches("[a-z_]+"))) {
            throw notACopy("it has a table " + head);
        }
        execute(connection, "DELETE FROM " + table); // what a migration put there is in the copy
        try (PreparedStatement insert = connection.prepareStatement(insert(table, columns))) {
            int waiting = 0;
            JsonNode line = next(lines);
            for (; line.isArray(); line = next(lines)) {
                bind(insert, line);
                if (++waiting % AT_ONCE == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            return line;
        }
    }

    /** A statement with a place for each column. */
    static String insert(String table, List<String> columns) {
        String places = String.join(", ", columns.stream().map(column -> "?").toList());
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + places + ")";
    }

    private static JsonNode next(MappingIterator<JsonNode> lines) throws IOException {
        return lines.hasNextValue() ? lines.nextValue() : MissingNode.getInstance();
    }

    private static void bind(PreparedStatement insert, JsonNode row) throws SQLException {
        for (int column = 0; column < row.size(); column++) {
            insert.setObject(column + 1, value(row.get(column)));
        }
        insert.addBatch();
    }

    private static @Nullable Object value(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        return value.isNumber() ? (Object) value.doubleValue() : value.asText();
    }

    /** The version of the schema, which is the first line; the other lines are left. */
    static String schema(MappingIterator<JsonNode> lines) throws IOException {
        String schema = next(lines).path("schema").asText();
        if (!schema.matches("[0-9.]+")) {
            throw notACopy("it does not say of which schema it is");
        }
        return schema;
    }

    /** The lines that {@link #write} wrote; the stream is left open. */
    static MappingIterator<JsonNode> lines(InputStream in) throws IOException {
        return JSON.readerFor(JsonNode.class)
                .without(JsonParser.Feature.AUTO_CLOSE_SOURCE)
                .readValues(in);
    }

    private static AccountException notACopy(String why) {
        return new AccountException("this is no copy of accounts: " + why);
    }

    /** All that are copied, each after those that it refers to. */
    static List<String> tables(Connection connection) throws SQLException {
        List<String> left = new ArrayList<>();
        try (ResultSet tables = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), "%", new String[] {"TABLE"})) {
            while (tables.next()) {
                left.add(tables.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        left.removeIf(table -> LEFT_OUT.contains(table) || table.startsWith("sqlite_"));
        List<String> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (String table : left) {
                if (ordered.containsAll(referredTo(connection, table))) {
                    next.add(table);
                }
            }
            if (next.isEmpty()) {
                throw new SQLException("tables refer to each other: " + left);
            }
            ordered.addAll(next);
            left.removeAll(next);
        }
        return ordered;
    }

    private static Set<String> referredTo(Connection connection, String table) throws SQLException {
        Set<String> others = new HashSet<>();
        try (ResultSet keys =
                connection.getMetaData().getImportedKeys(connection.getCatalog(), connection.getSchema(), table)) {
            while (keys.next()) {
                others.add(keys.getString("PKTABLE_NAME").toLowerCase(Locale.ROOT));
            }
        }
        others.remove(table);
        return others;
    }
}
