package org.plantbuddy.accounts.command;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AppToken;
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
                            description = "mqtt: sign in to the broker; read, note, manage: use the page's API."
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

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List a user's tokens: label, scopes, last use.")
    int list(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            List<AppToken> tokens = accounts.appTokens().list(accounts.users().requireExisting(user));
            output.print(
                    tokens.stream().map(TokenCommand::forScripts).toList(),
                    tokens.stream().map(TokenCommand::forPeople).toArray(String[]::new));
        }
        return 0;
    }

    private static Map<String, @Nullable Object> forScripts(AppToken token) {
        Map<String, @Nullable Object> told = new LinkedHashMap<>();
        told.put("label", token.label());
        told.put("scopes", scopes(token));
        told.put("created", token.created().toString());
        told.put("ends", token.ends().map(Instant::toString).orElse(null));
        told.put("used", token.used().map(Instant::toString).orElse(null));
        return told;
    }

    private static String forPeople(AppToken token) {
        return token.label() + ": " + String.join(" ", scopes(token)) + ", "
                + token.used().map(used -> "last used " + minute(used)).orElse("not used")
                + token.ends().map(ends -> ", ends " + minute(ends)).orElse("");
    }

    /** More nobody asks for, and of the last use more is not known. */
    private static String minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES).toString().replace(":00Z", "Z");
    }

    private static List<String> scopes(AppToken token) {
        return token.scopes().stream().sorted().map(Scope::text).toList();
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
