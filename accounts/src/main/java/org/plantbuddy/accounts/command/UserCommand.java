package org.plantbuddy.accounts.command;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.DailyUse;
import org.plantbuddy.accounts.Device;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.time.WrittenDuration;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plantbuddy user}: the people. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Users: add, invite, list, show, set, password, reset-link, export, remove.",
        synopsisSubcommandLabel = "(add | invite | list | show | set | password | reset-link | export | remove)")
public final class UserCommand {

    private static final String NAME = "letters a-z, digits, _ and -, at most 32";

    private static final String DEFAULT = "default";

    private final Supplier<Accounts> database;
    private final Supplier<Accounts> making;
    private final Supplier<String> page;

    /**
     * Both are opened when a command runs, and closed at its end.
     *
     * @param database for who looks or changes
     * @param making the same, made where there is none: for who adds
     * @param page the page's address as browsers see it, without a slash at its end
     */
    public UserCommand(Supplier<Accounts> database, Supplier<Accounts> making, Supplier<String> page) {
        this.database = database;
        this.making = making;
        this.page = page;
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

    @Command(
            name = "invite",
            mixinStandardHelpOptions = true,
            description = "Add a user, and print a link with which that person chooses the password. It works once.")
    int invite(
            @Parameters(paramLabel = "USER", description = NAME) String user,
            @Mixin LinkValidity validity,
            @Mixin Output output) {
        Names.requireUser(user);
        try (Accounts accounts = making.get()) {
            RemovalWait.until(accounts.removals(), user, output::progress);
            print(user, accounts.users().invite(user, validity.duration()), validity, output);
        }
        return 0;
    }

    @Command(
            name = "reset-link",
            mixinStandardHelpOptions = true,
            description = "Print a link with which a user chooses a new password. It works once.")
    int resetLink(@Parameters(paramLabel = "USER") String user, @Mixin LinkValidity validity, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            print(user, accounts.passwordLinks().reset(user, validity.duration()), validity, output);
        }
        return 0;
    }

    private void print(String user, String token, LinkValidity validity, Output output) {
        String link = page.get() + "/password?link=" + token;
        output.print(
                Map.of(
                        "user",
                        user,
                        "link",
                        link,
                        "valid_seconds",
                        validity.duration().toSeconds()),
                link,
                "works once, for " + validity.duration().toHours() + " h; give it to " + user
                        + " alone: whoever has it can sign in as " + user);
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
            description = "Show how much a user stores and has, and the limits.")
    int show(@Parameters(paramLabel = "USER") String user, @Mixin Output output) {
        try (Accounts accounts = database.get()) {
            print(user, accounts, output);
        }
        return 0;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Change a user's limits and role.",
                "'default' takes a limit back: then what holds for everybody holds."
            })
    int set(
            @Parameters(paramLabel = "USER") String user,
            @Option(
                            names = {"--readings-a-day", "--readings-per-day"},
                            paramLabel = "N",
                            description = "readings a day (UTC) that are stored; 0: no limit;"
                                    + " default: PLANTBUDDY_READINGS_PER_DAY")
                    @Nullable
                    String readingsADay,
            @Option(
                            names = "--boards",
                            paramLabel = "N",
                            description = "boards that the user may add on the page; default: " + Devices.MOST_BY_USER)
                    @Nullable
                    String boards,
            @Option(
                            names = "--keep",
                            paramLabel = "TIME",
                            description =
                                    "how long raw readings are kept, such as 14d, 8d at least; 10 minute means stay;"
                                            + " default: PLANTBUDDY_RAW_RETENTION, which also is the most")
                    @Nullable
                    String keep,
            @Option(names = "--operator", negatable = true, description = "may see the operator's page, or no longer")
                    @Nullable
                    Boolean operator,
            @Mixin Output output) {
        Map<Limit, OptionalLong> limits = new EnumMap<>(Limit.class);
        put(limits, Limit.READINGS_A_DAY, readingsADay, UserCommand::number);
        put(limits, Limit.BOARDS, boards, UserCommand::number);
        put(limits, Limit.KEEP, keep, text -> WrittenDuration.parse(text).map(Duration::toMillis));
        if (limits.isEmpty() && operator == null) {
            throw new AccountException("nothing to set: give --readings-a-day, --boards, --keep or --operator");
        }
        try (Accounts accounts = database.get()) {
            accounts.limits().set(user, limits);
            if (operator != null) {
                accounts.users().setOperator(user, operator);
            }
            print(user, accounts, output);
        }
        return 0;
    }

    private static void put(
            Map<Limit, OptionalLong> limits,
            Limit limit,
            @Nullable String given,
            Function<String, Optional<Long>> parsed) {
        if (given != null) {
            limits.put(
                    limit,
                    given.equals(DEFAULT)
                            ? OptionalLong.empty()
                            : OptionalLong.of(parsed.apply(given)
                                    .orElseThrow(() -> new AccountException("'" + given + "' for --" + limit.text()
                                            + " is not allowed: it must be " + limit.rule()))));
        }
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void print(String user, Accounts accounts, Output output) {
        DailyUse use = accounts.dailyReadings().of(user, LocalDate.now(ZoneOffset.UTC));
        Map<Limit, Long> own = accounts.limits().of(user);
        List<Device> boards = accounts.devices().list(user);
        long active = boards.stream().filter(Device::active).count();
        long mostBoards = own.getOrDefault(Limit.BOARDS, (long) Devices.MOST_BY_USER);
        @Nullable Long keepMs = own.get(Limit.KEEP);
        Map<String, @Nullable Object> forScripts = new LinkedHashMap<>();
        forScripts.put("user", user);
        forScripts.put("readings_today", use.readings());
        forScripts.put("readings_per_day", use.most());
        forScripts.put("boards", boards.size());
        forScripts.put("boards_active", active);
        forScripts.put("boards_most", mostBoards);
        forScripts.put("operator", accounts.users().isOperator(user));
        forScripts.put("keep_seconds", keepMs == null ? null : keepMs / 1_000);
        output.print(
                forScripts,
                user + ": " + use.readings() + " readings stored today (UTC), of "
                        + (use.most() == 0 ? "any number" : "at most " + use.most()) + " a day",
                boards.size() + " boards, " + active + " with a password; " + user + " may have " + mostBoards,
                "raw readings are kept " + (keepMs == null ? "as long as everybody's" : Limit.KEEP.shown(keepMs))
                        + (accounts.users().isOperator(user) ? "; " + user + " sees the operator's page" : ""));
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
