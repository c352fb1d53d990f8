package org.plantbuddy.standalone;

import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.accounts.command.AccountsCommand;
import org.plantbuddy.accounts.command.AuditCommand;
import org.plantbuddy.accounts.command.DeviceCommand;
import org.plantbuddy.accounts.command.TokenCommand;
import org.plantbuddy.accounts.command.UserCommand;
import org.plantbuddy.bridge.journal.JournalUnavailableException;
import org.plantbuddy.broker.BrokerStartException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.flux.threshold.BadThresholdException;
import org.plantbuddy.flux.threshold.ThresholdsUnavailableException;
import org.plantbuddy.operations.backup.BackupCommand;
import org.plantbuddy.operations.backup.BackupException;
import org.plantbuddy.operations.history.ExportCommand;
import org.plantbuddy.operations.history.ImportCommand;
import org.plantbuddy.operations.provision.ProvisionException;
import org.plantbuddy.operations.provision.SecretsCommand;
import org.plantbuddy.process.Logging;
import org.plantbuddy.process.Version;
import org.plantbuddy.simulator.SimulateCommand;
import org.plantbuddy.tls.BadCertificateException;
import org.plantbuddy.topic.InvalidNameException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code plantbuddy}: the system, and everything one can ask of it from a terminal. */
@Command(
        name = "plantbuddy",
        mixinStandardHelpOptions = true,
        description = "Sensor readings from plants into InfluxDB, and alerts back to the people.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = SimulateCommand.class)
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Logging.withBroker("logback-plantbuddy.xml", System.getenv());
        System.exit(commands(System.getenv()).execute(arguments));
    }

    static CommandLine commands(Map<String, String> environment) {
        Supplier<Config> config = () -> Config.load(environment);
        Supplier<Accounts> accounts = () -> Accounts.openExisting(config.get(), Clock.systemUTC());
        Supplier<Accounts> making = () -> Accounts.open(config.get(), Clock.systemUTC());
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new UpCommand(config))
                .addSubcommand(new CommandLine(new UserCommand(accounts, making, () -> Running.page(config.get())))
                        .addSubcommand(new ExportCommand(() -> Running.reached(config.get()))))
                .addSubcommand(new DeviceCommand(
                        accounts, new ReadySketch(config), new NewestReadings(config), Clock.systemUTC()))
                .addSubcommand(new TokenCommand(accounts))
                .addSubcommand(new AccountsCommand(config))
                .addSubcommand(new ThresholdCommand(config))
                .addSubcommand(new AuditCommand(accounts, Clock.systemUTC()))
                .addSubcommand(new ImportCommand(() -> Running.reached(config.get())))
                .addSubcommand(new SecretsCommand(() -> Running.reached(config.get())))
                .addSubcommand(new CommandLine(new BackupCommand(config, Running::reached))
                        .addSubcommand(new VerifyCommand(config)))
                .addSubcommand(new RestoreCommand(config))
                .addSubcommand(new StatusCommand(config))
                .addSubcommand(new EnvCommand(config))
                .addSubcommand(new TaskCommand(config))
                .addSubcommand(new TlsCommand(config, accounts))
                .addSubcommand(new DoctorCommand(environment, Clock.systemUTC()))
                .addSubcommand(new CompletionCommand())
                .addSubcommand(new ManCommand())
                .setExecutionExceptionHandler(Main::explain);
        line.setExecutionStrategy(parsed -> new CommandAudit(accounts).run(parsed));
        tellVersion(line);
        return line;
    }

    /** Every command has the option. */
    private static void tellVersion(CommandLine line) {
        line.getCommandSpec().version("plantbuddy " + Version.text());
        line.getSubcommands().values().forEach(Main::tellVersion);
    }

    /** What a person can put right is a message; anything else keeps its stack trace, to be reported. */
    private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed) throws Exception {
        boolean theirs = e instanceof UsageException
                || e instanceof IOException
                || e instanceof ConfigException
                || e instanceof BrokerStartException
                || e instanceof BadCertificateException
                || e instanceof JournalUnavailableException
                || e instanceof ProvisionException
                || e instanceof BackupException
                || e instanceof AccountException
                || e instanceof AccountsUnavailableException
                || e instanceof InvalidNameException
                || e instanceof BadThresholdException
                || e instanceof ThresholdsUnavailableException;
        if (!theirs) {
            throw e;
        }
        line.getErr().println("plantbuddy: " + e.getMessage());
        return line.getCommandSpec().exitCodeOnExecutionException();
    }
}
