package org.plantbuddy.accounts.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Audit;
import org.plantbuddy.accounts.AuditEntry;
import org.plantbuddy.time.WrittenDuration;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plantbuddy audit}: who signed in and who changed what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "List who signed in on the page and who changed what, the newest last.")
public final class AuditCommand implements Callable<Integer> {

    private final Supplier<Accounts> database;
    private final Clock clock;

    @Option(names = "--user", paramLabel = "USER", description = "only what this user did, or is about this user")
    private @Nullable String user;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "only what is as new: a duration such as 7d, or a time such as 2026-11-27T08:00:00Z")
    private @Nullable String since;

    @Option(names = "--most", paramLabel = "N", description = "at most so many, the newest (default: ${DEFAULT-VALUE})")
    private int most = 1_000;

    @Mixin
    private Output output = new Output();

    /** @param database opened when the command runs, and closed at its end */
    public AuditCommand(Supplier<Accounts> database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Optional<String> asked = Optional.ofNullable(user).map(Names::requireUser);
        if (most < 1) {
            throw new AccountException("--most is " + most + ": it must be 1 or more");
        }
        Instant from = Optional.ofNullable(since).map(this::instant).orElse(Instant.EPOCH);
        try (Accounts accounts = database.get()) {
            List<AuditEntry> entries = accounts.audit().newest(asked, from, most);
            output.print(
                    entries.stream().map(AuditCommand::forScripts).toList(),
                    entries.stream().map(AuditCommand::forPeople).toArray(String[]::new));
        }
        return 0;
    }

    private Instant instant(String text) {
        Optional<Duration> ago = WrittenDuration.parse(text);
        try {
            return ago.isPresent() ? clock.instant().minus(ago.get()) : Instant.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new AccountException("--since is '" + text + "': it must be a duration such as 7d or 12h, or a time"
                    + " such as 2026-11-27T08:00:00Z; entries are kept for " + Audit.KEPT.toDays() + " days");
        }
    }

    private static String forPeople(AuditEntry entry) {
        String actor = entry.actor().name().isEmpty() ? "-" : entry.actor().name();
        return String.format(
                                "%s  %-10s %-18s %s %s",
                                entry.at(),
                                actor,
                                entry.action().text(),
                                entry.user().isEmpty() ? "-" : entry.user(),
                                entry.subject())
                        .stripTrailing()
                + "  (" + entry.actor().address() + ")";
    }

    private static Map<String, Object> forScripts(AuditEntry entry) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", entry.at().toString());
        all.put("actor", entry.actor().name());
        all.put("address", entry.actor().address());
        all.put("action", entry.action().text());
        all.put("user", entry.user());
        all.put("subject", entry.subject());
        return all;
    }
}
