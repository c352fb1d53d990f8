package org.plantbuddy.operations.provision;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replaces the secrets of services while they run. */
@Command(
        name = "secrets",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Replace the secrets of services while they run.")
public final class SecretsCommand implements Runnable {

    private final Supplier<Config> config;

    @Spec
    private CommandSpec spec;

    /** @param config with the URL of InfluxDB, and the operator's token where it is not in the data folder */
    public SecretsCommand(Supplier<Config> config) {
        this.config = config;
        this.spec = CommandSpec.create();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "give a subcommand: rotate or withdraw");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Make new secrets, wait until they are in use, and withdraw those before.")
    int rotate(
            @Option(
                            names = "--keep-former",
                            description = "withdraw nothing yet: first bring the new files to other hosts")
                    boolean keepFormer,
            @Parameters(
                            paramLabel = "NAME",
                            arity = "0..*",
                            description = "files in <data>/secrets, e.g. mqtt-bridge-token; none: all of them")
                    List<String> names)
            throws InterruptedException {
        try (Accounts accounts = Accounts.openExisting(config.get(), Clock.systemUTC())) {
            Rotation rotation = rotation(accounts);
            rotation.replace(names == null || names.isEmpty() ? rotation.names() : names);
            if (!keepFormer) {
                rotation.withdraw();
            }
        }
        return CommandLine.ExitCode.OK;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Wait until the new secrets are in use, and withdraw those before.")
    int withdraw() throws InterruptedException {
        try (Accounts accounts = Accounts.openExisting(config.get(), Clock.systemUTC())) {
            rotation(accounts).withdraw();
        }
        return CommandLine.ExitCode.OK;
    }

    private Rotation rotation(Accounts accounts) {
        return new Rotation(
                config.get(),
                accounts,
                Clock.systemUTC(),
                Rotation.SETTLED,
                spec.commandLine().getOut()::println);
    }
}
