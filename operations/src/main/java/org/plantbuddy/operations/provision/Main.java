package org.plantbuddy.operations.provision;

import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Callable;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AccountsUnavailableException;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;
import org.plantbuddy.process.Logging;
import org.plantbuddy.process.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Sets InfluxDB up from the command line; configured by {@code PLANTBUDDY_*}, like everything else. */
@Command(
        name = "provision",
        description = "Sets up InfluxDB: buckets, scoped tokens, the notify secret, tasks. Can be repeated.",
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    public static void main(String... args) {
        Logging.ofService(System.getenv());
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new SecretsCommand(Main::config))
                .setExecutionExceptionHandler(Main::explain);
        line.getCommandSpec().version("provision " + Version.text());
        System.exit(line.execute(args));
    }

    private static Config config() {
        return Config.load(System.getenv(), "provisioning", Set.of(Key.INFLUX_URL));
    }

    private static int explain(Exception e, CommandLine line, CommandLine.ParseResult parsed) throws Exception {
        boolean theirs = e instanceof ConfigException
                || e instanceof AccountException
                || e instanceof AccountsUnavailableException
                || e instanceof ProvisionException;
        if (!theirs) {
            throw e;
        }
        System.err.println(e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public Integer call() {
        Config config = config();
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            Provision.run(config, accounts, System.out::println);
        }
        System.out.println("InfluxDB is set up");
        return CommandLine.ExitCode.OK;
    }
}
