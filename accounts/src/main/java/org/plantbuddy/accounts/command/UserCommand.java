package org.plantbuddy.accounts.command;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy user}: the people. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Users: add, list, show, set, password, remove.",
        synopsisSubcommandLabel = "(add | list | show | set | password | remove)")
public final class UserCommand {

    private static final String NAME = "letters a-z, digits, _ and -, at most 32";

    private static final String DEFAULT = "default";

    private final Supplier<Accounts> database;
    private final Supplier<Accounts> making;

    /**
     * Both are opened when a command runs, and closed at its end.
     *
     * @param database for who looks or changes
     * @param making the same, made where there is none: for who adds
     */
    public UserCommand(Supplier<Accounts> database, Supplier<Accounts> making) {
        this.database = database;
        this.making = making;
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Add a user. Asks for a password.")
    int add(
            @Parameters(paramLabel = "USER", description = NAME) String user,
            @Mixin PasswordInput password,
            @Mixin Output output) {
        Names.requireUser(user); // before anybody types a password for nothing
        String chosen = password.read();
        try (Accounts accounts = making.get()) {
            RemovalWait.until(accounts.removals(), user, output::progress);
            accounts.users().add(user, chosen);
        }
        output.print(Map.of("user", user), "user " + user + " added");
        return 0;
    }

    @Command(name = "password", mixinStandardHelpOptions = true, description = "Change a user's password.")
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
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show how many readings of a user are stored today (UTC), and the limit.")
    int show(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            print(user, accounts, output);
        }
        return 0;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Change a user's limits.")
    int set(
            @Parameters(paramLabel = "USER") String user,
            @Option(
                            names = "--readings-per-day",
                            required = true,
                            paramLabel = "N",
                            description = "readings a day (UTC) that are stored; 0: no limit;"
                                    + " default: PLANTBUDDY_READINGS_PER_DAY")
                    String readingsPerDay,
            @Mixin Output output) {
        OptionalLong most = readingsPerDay.equals(DEFAULT) ? OptionalLong.empty() : number(readingsPerDay);
        try (Accounts accounts = database.get()) {
            accounts.dailyReadings().limit(user, most);
            print(user, accounts, output);
        }
        return 0;
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new AccountException("'" + text
                    + "' is no number of readings a day: it must be 1 or more, 0 for no limit, or '" + DEFAULT + "'");
        }
    }

    private static void print(String user, Accounts accounts, Output output) {
        DailyUse use = accounts.dailyReadings().of(user, LocalDate.now(ZoneOffset.UTC));
        output.print(
                Map.of("user", user, "readings_today", use.readings(), "readings_per_day", use.most()),
                user + ": " + use.readings() + " readings stored today (UTC), of "
                        + (use.most() == 0 ? "any number" : "at most " + use.most()) + " a day");
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = {
                "Remove a user: account, boards, tokens, alerts, sessions, queued readings,",
                "retained messages, and all of the user's data in InfluxDB. Then the name is free.",
                "Broker and bridges do their part when they run. Waits up to a minute for them."
            })
    int remove(
            @Parameters(paramLabel = "USER") String user,
            @Option(names = "--no-wait", description = "do not wait for broker and bridges") boolean noWait,
            @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            accounts.users().remove(user);
            Optional<Removal> left = noWait
                    ? accounts.removals().pending(user)
                    : RemovalWait.until(accounts.removals(), user, output::progress);
            output.print(
                    Map.of(
                            "user",
                            user,
                            "done",
                            left.isEmpty(),
                            "waits_for",
                            left.map(Removal::waitsFor).orElse("")),
                    left.map(removal -> "user " + user + " removed; the data in InfluxDB goes and the name is free once"
                                    + " this is done: " + removal.waitsFor())
                            .orElse("user " + user + " removed, with all data in InfluxDB; the name is free"));
        }
        return 0;
    }
}
