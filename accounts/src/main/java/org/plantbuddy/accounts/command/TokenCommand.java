package org.plantbuddy.accounts.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy token}: what a user gives to apps instead of the password. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "A user's app tokens: add, list, revoke.",
        synopsisSubcommandLabel = "(add | list | revoke)")
public final class TokenCommand {

    private final Supplier<Accounts> database;

    /** @param database opened when a command runs, and closed at its end */
    public TokenCommand(Supplier<Accounts> database) {
        this.database = database;
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Add a token. Prints it once.")
    int add(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "LABEL", description = "what the user calls it") String label,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            split = ",",
                            defaultValue = "mqtt",
                            description = "mqtt: sign in to the broker; read, manage: use the page's API."
                                    + " Default: ${DEFAULT-VALUE}")
                    List<String> scopes,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            description = "Valid for so long. Default: until it is revoked.")
                    Optional<Integer> days,
            @Mixin Output output) {
        String token;
        try (Accounts accounts = database.get()) {
            token = accounts.appTokens().create(user, label, Scope.named(scopes), days.map(Duration::ofDays));
        }
        output.print(Map.of("username", user, "password", token), "username " + user, "password " + token);
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the labels of a user's tokens.")
    int list(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            List<String> labels = accounts.appTokens().labels(accounts.users().requireExisting(user));
            output.print(labels, labels.toArray(String[]::new));
        }
        return 0;
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Revoke a user's token.")
    int revoke(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "LABEL") String label,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.appTokens().revoke(user, label);
        }
        output.print(Map.of("user", user, "label", label), "token " + label + " of " + user + " revoked");
        return 0;
    }
}
