package org.plantbuddy.standalone;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.accounts.AuditAction;
import org.plantbuddy.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Records commands that reach past the accounts database; what changes accounts is recorded with the change. */
final class CommandAudit {

    /** Their arguments are left out: they may name files. */
    private static final Set<String> RECORDED = Set.of("import", "backup", "restore", "secrets", "accounts", "tls");

    private final Supplier<Accounts> database;

    CommandAudit(Supplier<Accounts> database) {
        this.database = database;
    }

    /** Runs the command and returns its exit code; it is recorded at its end, also when it fails. */
    int run(ParseResult parsed) {
        String end = ", failed";
        try {
            int exit = new CommandLine.RunLast().execute(parsed);
            end = exit == 0 ? "" : ", exit code " + exit;
            return exit;
        } finally {
            if (isRecorded(parsed)) {
                record(parsed, end);
            }
        }
    }

    private static boolean isRecorded(ParseResult parsed) {
        if (!parsed.hasSubcommand() || isQuestion(parsed)) {
            return false;
        }
        ParseResult command = parsed.subcommand();
        String name = command.commandSpec().name();
        return RECORDED.contains(name) || (name.equals("env") && command.hasMatchedOption("--operator"));
    }

    /** For help, or for the version. */
    private static boolean isQuestion(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .map(CommandLine::getParseResult)
                .anyMatch(one -> one.isUsageHelpRequested() || one.isVersionHelpRequested());
    }

    private void record(ParseResult parsed, String end) {
        List<String> names = parsed.asCommandLineList().stream()
                .skip(1)
                .map(CommandLine::getCommandName)
                .toList();
        try (Accounts accounts = database.get()) {
            accounts.audit().add(Actor.operator(), AuditAction.COMMAND, "", String.join(" ", names) + end);
        } catch (AccountException e) {
            // Nobody has made accounts yet: there is nobody whom it could be about.
        } catch (AccountsUnavailableException | ConfigException | JdbiException e) {
            // Thrown on, it would take the place of what the command itself says.
            System.err.println("plantbuddy: the audit has no entry of this command: " + e.getMessage());
        }
    }
}
