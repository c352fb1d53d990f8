package org.plantbuddy.accounts.command;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy user}: the people. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Users: add, list, password, remove.",
        synopsisSubcommandLabel = "(add | list | password | remove)")
public final class UserCommand {

    private static final String NAME = "letters a-z, digits, _ and -, at most 32";

    private final Supplier<Accounts> database;

    /** @param database opened when a command runs, and closed at its end */
    public UserCommand(Supplier<Accounts> database) {
        this.database = database;
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Add a user; asks for a password.")
    int add(
            @Parameters(paramLabel = "USER", description = NAME) String user,
            @Mixin PasswordInput password,
            @Mixin Output output) {
        Names.requireUser(user); // before anybody types a password for nothing
        String chosen = password.read();
        try (Accounts accounts = database.get()) {
            accounts.users().add(user, chosen);
        }
        output.print(Map.of("user", user), "user " + user + " added");
        return 0;
    }

    @Command(name = "password", mixinStandardHelpOptions = true, description = "Give a user another password.")
    int password(@Parameters(paramLabel = "USER") String user, @Mixin PasswordInput password, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.users().changePassword(accounts.users().requireExisting(user), password.read());
        }
        output.print(Map.of("user", user), "password of " + user + " changed");
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List all users.")
    int list(@Mixin Output output) {
        try (Accounts accounts = database.get()) {
            List<String> users = accounts.users().list();
            output.print(users, users.toArray(String[]::new));
        }
        return 0;
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Remove a user's account, boards, tokens and alerts. Readings in InfluxDB stay until they expire.")
    int remove(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.users().remove(user);
        }
        output.print(Map.of("user", user), "user " + user + " removed; readings in InfluxDB stay until they expire");
        return 0;
    }
}
