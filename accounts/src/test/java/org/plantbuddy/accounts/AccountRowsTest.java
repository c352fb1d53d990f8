package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.topic.SeriesName;

class AccountRowsTest {

    @TempDir
    Path folder;

    @Test
    void everyTableWithRowsOfAUserIsToldButLinks() throws Exception {
        List<String> ofUsers = new ArrayList<>();
        Path file = folder.resolve("plantbuddy.db");
        Accounts.openFile(file, Clock.systemUTC()).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet columns = connection.getMetaData().getColumns(null, null, "%", "user_name")) {
            while (columns.next()) {
                ofUsers.add(columns.getString("TABLE_NAME"));
            }
        }
        ofUsers.removeAll(List.of("password_links", "page_sessions", "first_tries"));

        assertThat(AccountRows.TABLES).containsExactlyInAnyOrderElementsOf(ofUsers);
    }

    @Test
    void rowsAreTheUsersOwnAndHaveNoHash() {
        try (Accounts accounts = Accounts.openFile(folder.resolve("plantbuddy.db"), Clock.systemUTC())) {
            accounts.users().add("rick", "correct horse");
            accounts.users().add("anna", "correct horse");
            String board = accounts.devices().add("rick", "01").password();
            String app = accounts.appTokens().create("rick", "phone");
            accounts.devices().add("anna", "02");
            accounts.sensors().admit(new SeriesName("rick", "01", "light"));
            String link = accounts.passwordLinks().reset("rick", Duration.ofHours(1));

            Map<String, List<Map<String, Object>>> rows = accounts.rows().of("rick", Actor.operator());
            assertThat(rows.get("users"))
                    .singleElement()
                    .satisfies(user ->
                            assertThat(user).containsEntry("name", "rick").containsKey("created_at"));
            assertThat(rows.get("devices")).hasSize(1);
            assertThat(rows.get("app_tokens")).hasSize(1);
            assertThat(rows.get("sensors")).hasSize(1);
            assertThat(rows.get("audit")).hasSize(5); // the export among them
            assertThat(rows.toString())
                    .doesNotContain("anna", "argon2", "_hash", Tokens.hash(board), Tokens.hash(app), Tokens.hash(link));
            assertThatThrownBy(() -> accounts.rows().of("nobody", Actor.operator()))
                    .isInstanceOf(AccountException.class);
        }
    }
}
