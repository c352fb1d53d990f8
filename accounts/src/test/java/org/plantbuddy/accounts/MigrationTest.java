package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

class MigrationTest {

    @TempDir
    Path folder;

    /** A version that brings two steps, the second of which fails in its middle. */
    @ParameterizedTest
    @EnumSource(Database.class)
    void migrationThatFailsChangesNothing(Database database) throws Exception {
        Config config = database.fresh(folder);
        Path steps = Files.createDirectory(folder.resolve("steps"));
        Files.writeString(steps.resolve("V900__fine.sql"), """
                CREATE TABLE made (name VARCHAR(32));
                ALTER TABLE users ADD COLUMN colour VARCHAR(8);
                UPDATE users SET colour = 'green';
                """);
        Files.writeString(steps.resolve("V901__fails.sql"), """
                DELETE FROM users;
                DROP TABLE made;
                INSERT INTO there_is_none VALUES (1);
                """);
        String url = config.optional(Key.DATABASE_URL)
                .orElse("jdbc:sqlite:" + config.path(Key.DATA).resolve("plantbuddy.db"));
        String before;
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            accounts.users().add("rick", "a password of rick");
            before = history(accounts);
        }

        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(url);
            pool.setUsername(config.text(Key.DATABASE_USER));
            assertThatThrownBy(
                            () -> Accounts.flyway(pool, "filesystem:" + steps).migrate())
                    .isInstanceOf(FlywayException.class)
                    .hasMessageContaining("there_is_none");
        }

        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            assertThat(history(accounts)).isEqualTo(before);
            assertThat(accounts.users().signIn("rick", "a password of rick")).isTrue();
            assertThatThrownBy(() -> select(accounts, "SELECT colour FROM users"))
                    .hasMessageContaining("colour");
            assertThatThrownBy(() -> select(accounts, "SELECT name FROM made")).hasMessageContaining("made");
        }
    }

    @ParameterizedTest
    @EnumSource(Database.class)
    void whoOnlyCountsUsersMakesAndMigratesNothing(Database database) throws Exception {
        Config config = database.fresh(folder);
        assertThat(Accounts.countUsers(config)).isEmpty();
        assertThat(folder.resolve("plantbuddy.db")).doesNotExist();
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(config.optional(Key.DATABASE_URL).orElse("jdbc:sqlite:" + folder.resolve("plantbuddy.db")));
            pool.setUsername(config.text(Key.DATABASE_USER));
            Flyway.configure(Accounts.class.getClassLoader())
                    .configuration(Accounts.flyway(pool).getConfiguration())
                    .target("11")
                    .load()
                    .migrate();
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO users (name, password_hash, created_at) VALUES ('rick', '', 0)");
            }

            assertThat(Accounts.countUsers(config)).hasValue(1);

            assertThat(Accounts.flyway(pool).info().current().getVersion()).hasToString("11");
        }
    }

    private static String history(Accounts accounts) {
        return select(accounts, "SELECT script FROM flyway_schema_history ORDER BY installed_rank")
                .toString();
    }

    private static List<String> select(Accounts accounts, String sql) {
        return accounts.jdbi()
                .withHandle(
                        handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
