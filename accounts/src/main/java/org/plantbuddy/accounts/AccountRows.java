package org.plantbuddy.accounts;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** All that the database holds of one user, for the user to have; without hashes of secrets. Thread-safe. */
public final class AccountRows {

    /** Every table with a column {@code user_name}, but for links, sessions and retried requests: marks of secrets. */
    static final List<String> TABLES = List.of(
            "devices",
            "app_tokens",
            "sensors",
            "refused_readings",
            "alerts",
            "board_statuses",
            "mutes",
            "notes",
            "daily_readings",
            "denials",
            "audit");

    private static final String HASH = "_hash";

    private final Jdbi jdbi;
    private final Clock clock;

    AccountRows(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * The rows of each table, columns by name; times are epoch milliseconds unless a name says ns.
     *
     * @param actor who has them, for the audit
     * @throws AccountException when there is no such user
     */
    public Map<String, List<Map<String, Object>>> of(String user, Actor actor) {
        return jdbi.inTransaction(handle -> {
            List<Map<String, Object>> account = rows(handle, "users", "name", user);
            if (account.isEmpty()) {
                throw Users.unknown(user);
            }
            Audit.write(handle, clock, actor, AuditAction.USER_EXPORT, user, "");
            Map<String, List<Map<String, Object>>> all = new LinkedHashMap<>();
            all.put("users", account);
            TABLES.forEach(table -> all.put(table, rows(handle, table, "user_name", user)));
            return all;
        });
    }

    private static List<Map<String, Object>> rows(Handle handle, String table, String column, String user) {
        return handle
                .createQuery("SELECT * FROM " + table + " WHERE " + column + " = :user")
                .bind("user", user)
                .mapToMap()
                .list()
                .stream()
                .map(AccountRows::withoutHashes)
                .toList();
    }

    private static Map<String, Object> withoutHashes(Map<String, Object> row) {
        Map<String, Object> told = new TreeMap<>();
        row.forEach((column, value) -> {
            String name = column.toLowerCase(Locale.ROOT);
            if (!name.endsWith(HASH)) {
                told.put(name, value);
            }
        });
        return told;
    }
}
