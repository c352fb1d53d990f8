package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.config.Config;

class PostgresqlCopyTest {

    private static final int REFUSED = 1_203;

    @TempDir
    Path folder;

    private Config from;
    private Config to;
    private String board;

    @BeforeEach
    void fill() throws SQLException {
        from = Database.SQLITE.fresh(folder);
        to = Database.POSTGRESQL.fresh(folder);
        try (Accounts accounts = Accounts.open(from, Clock.systemUTC())) {
            accounts.users().add("rick", "a password of rick");
            accounts.users().add("anna", "a password of anna");
            board = accounts.devices().add("rick", "01").password();
            accounts.devices().add("anna", "fern");
            accounts.devices().revoke("anna", "fern");
            accounts.services().put(Services.BRIDGE, "token of the bridge");
            accounts.services().replace(Services.WEB, "token of the page");
            accounts.refusedReadings()
                    .add(IntStream.range(0, REFUSED)
                            .mapToObj(i -> new RefusedReading(
                                    "id" + i,
                                    "rick",
                                    "plantbuddy/rick/01/light",
                                    "x",
                                    "no number",
                                    Instant.ofEpochMilli(1_000L + i)))
                            .toList());
        }
        in(folder.resolve("plantbuddy.db"), "INSERT INTO mutes VALUES ('rick', '01', '*', NULL)");
    }

    @Test
    void everythingIsThereAndNothingIsMadeAnew() {
        Map<String, Long> rows = PostgresqlCopy.copy(from, to, Clock.systemUTC());

        assertThat(rows)
                .containsEntry("users", 2L)
                .containsEntry("services", 2L)
                .containsEntry("mutes", 1L);
        try (Accounts accounts = Accounts.open(to, Clock.systemUTC())) {
            assertThat(accounts.users().list()).containsExactly("anna", "rick");
            assertThat(accounts.users().signIn("rick", "a password of rick")).isTrue();
            assertThat(accounts.devices().authenticate("rick", "01", board)).isTrue();
            assertThat(accounts.services().authenticate(Services.BRIDGE, "token of the bridge"))
                    .isTrue();
            assertThat(accounts.services().authenticate(Services.WEB, "token of the page"))
                    .isTrue();
            long refused = accounts.jdbi()
                    .withHandle(handle -> handle.createQuery("SELECT COUNT(*) FROM refused_readings")
                            .mapTo(Long.class)
                            .one());
            assertThat(rows).containsEntry("refused_readings", refused);
        }
    }

    @Test
    void databaseThatHoldsSomethingIsRefused() {
        PostgresqlCopy.copy(from, to, Clock.systemUTC());

        assertThatThrownBy(() -> PostgresqlCopy.copy(from, to, Clock.systemUTC()))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void fileThatAServiceHasOpenIsRefusedAlsoWhileItIsIdle() {
        try (Accounts service = Accounts.open(from, Clock.systemUTC())) {
            assertThat(service.answers()).isTrue();

            assertThatThrownBy(() -> PostgresqlCopy.copy(from, to, Clock.systemUTC()))
                    .isInstanceOf(AccountException.class)
                    .hasMessageContaining("stop Plant Buddy first");
        }
        assertThat(PostgresqlCopy.copy(from, to, Clock.systemUTC())).containsEntry("users", 2L);
    }

    /** SQLite takes texts of any length. */
    @Test
    void copyThatFailsInTheMiddleLeavesTheTargetEmpty() throws SQLException {
        in(
                folder.resolve("plantbuddy.db"),
                "UPDATE refused_readings SET topic = hex(zeroblob(1000)) WHERE id = 'id1202'");

        assertThatThrownBy(() -> PostgresqlCopy.copy(from, to, Clock.systemUTC()))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("nothing was copied");
        try (Accounts accounts = Accounts.open(to, Clock.systemUTC())) {
            assertThat(accounts.users().list()).isEmpty();
        }
        in(folder.resolve("plantbuddy.db"), "UPDATE refused_readings SET topic = 'short' WHERE id = 'id1202'");
        assertThat(PostgresqlCopy.copy(from, to, Clock.systemUTC())).containsEntry("users", 2L);
    }

    @Test
    void hashThatPostgresqlDoesNotTakeIsInNoMessage() throws SQLException {
        in(folder.resolve("plantbuddy.db"), "UPDATE users SET password_hash = '$argon2id$' || hex(zeroblob(1000))");

        assertThatThrownBy(() -> PostgresqlCopy.copy(from, to, Clock.systemUTC()))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("too long")
                .extracting(PostgresqlCopyTest::written)
                .asString()
                .doesNotContain("$argon2id$");
    }

    @Test
    void onlySqliteIsCopied() {
        assertThatThrownBy(() -> PostgresqlCopy.copy(to, to, Clock.systemUTC()))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("from SQLite");
    }

    private static String written(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void in(Path file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
