package org.plantbuddy.accounts.command;

import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.PostgresqlCopy;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plantbuddy accounts}: the database of accounts as a whole. */
@Command(
        name = "accounts",
        mixinStandardHelpOptions = true,
        description = "The database of accounts: copy.",
        synopsisSubcommandLabel = "(copy)")
public final class AccountsCommand {

    private static final String POSTGRESQL = "jdbc:postgresql:";

    private final Supplier<Config> config;

    /** @param config read when a command runs */
    public AccountsCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Command(
            name = "copy",
            mixinStandardHelpOptions = true,
            description =
                    "Copy all accounts from SQLite to an empty PostgreSQL database, while Plant Buddy is stopped.")
    int copy(
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "URL",
                            description = "jdbc:postgresql://HOST/DATABASE; as user PLANTBUDDY_DATABASE_USER, with the"
                                    + " password PLANTBUDDY_DATABASE_PASSWORD or in its _FILE")
                    String url,
            @Mixin Output output) {
        if (!url.startsWith(POSTGRESQL)) {
            throw new AccountException(
                    "'" + url + "' is no database to copy to: give " + POSTGRESQL + "//HOST/DATABASE");
        }
        Config from = config.get();
        Map<String, Long> rows = PostgresqlCopy.copy(from, from.with(Map.of(Key.DATABASE_URL, url)), Clock.systemUTC());
        long all = rows.values().stream().mapToLong(Long::longValue).sum();
        output.print(
                rows,
                "copied " + all + " rows of " + rows.size() + " tables, " + rows.getOrDefault("users", 0L) + " users",
                "set PLANTBUDDY_DATABASE_URL to this database for all parts, and start Plant Buddy");
        return 0;
    }
}
