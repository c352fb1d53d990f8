package org.plantbuddy.accounts;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** The databases that accounts must behave the same on, both real. */
enum Database {
    SQLITE {
        @Override
        Config fresh(Path folder) {
            return Config.load(Map.of("PLANTBUDDY_DATA", folder.toString()));
        }

        @Override
        Connection writing(Config config) throws SQLException {
            return begun(
                    "jdbc:sqlite:" + config.path(Key.DATA).resolve("plantbuddy.db"), "", List.of("BEGIN IMMEDIATE"));
        }
    },
    POSTGRESQL {
        @Override
        Config fresh(Path folder) {
            EmbeddedPostgres server = Server.started();
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = server.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException("PostgreSQL makes no database", e);
            }
            return Config.load(Map.of(
                    "PLANTBUDDY_DATABASE_URL",
                    "jdbc:postgresql://localhost:" + server.getPort() + "/" + name,
                    "PLANTBUDDY_DATABASE_USER",
                    "postgres"));
        }

        @Override
        Connection writing(Config config) throws SQLException {
            return begun(
                    config.text(Key.DATABASE_URL),
                    config.text(Key.DATABASE_USER),
                    List.of("BEGIN", "LOCK TABLE users, sensors IN EXCLUSIVE MODE"));
        }
    };

    /** The configuration of a database that holds nothing. */
    abstract Config fresh(Path folder);

    /** A connection that keeps all others from writing accounts and series, until it is closed. */
    abstract Connection writing(Config config) throws SQLException;

    private static Connection begun(String url, String user, List<String> begin) throws SQLException {
        Connection connection = DriverManager.getConnection(url, user, "");
        try (Statement statement = connection.createStatement()) {
            for (String sql : begin) {
                statement.execute(sql);
            }
        }
        return connection;
    }

    /** One server for all tests of the process; it ends with it. */
    private static final class Server {

        private static @Nullable EmbeddedPostgres server;
        private static @Nullable String failure;

        static synchronized EmbeddedPostgres started() {
            if (server == null && failure == null) {
                try {
                    server = EmbeddedPostgres.builder()
                            .setOverrideWorkingDirectory(new File("target/postgresql"))
                            .start();
                } catch (IOException | RuntimeException e) {
                    failure = String.valueOf(e);
                }
            }
            EmbeddedPostgres running = server;
            if (running == null) {
                // It will not run as root, and not everywhere may root become somebody else.
                return Assumptions.abort("no PostgreSQL can be started here: " + failure);
            }
            return running;
        }
    }
}
