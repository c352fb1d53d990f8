package org.plantbuddy.operations.backup;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plantbuddy backup FILE}. */
@Command(
        name = "backup",
        description =
                "Writes all of a running system into one encrypted file; every reading acknowledged before is in it.",
        mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "the file to write, which must not exist yet")
    @Nullable
    Path file;

    @Mixin
    Passphrase passphrase = new Passphrase();

    @Option(
            names = "--drain-within",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "how long to wait until what is on its way is stored (default: ${DEFAULT-VALUE} s)")
    int drainWithin;

    @Option(
            names = "--without-draining",
            description = "do not wait: readings in the broker's queue and in journals are not in the backup")
    boolean withoutDraining;

    private final Supplier<Config> configuration;
    private final UnaryOperator<Config> reached;

    /**
     * The command, for a {@code CommandLine}.
     *
     * @param configuration read when the command runs
     * @param reached adds where the parts of the running system answer
     */
    public BackupCommand(Supplier<Config> configuration, UnaryOperator<Config> reached) {
        this.configuration = configuration;
        this.reached = reached;
    }

    @Override
    public Integer call() {
        Path to = file;
        if (to == null) { // it has a subcommand, so picocli does not ask for it
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE'");
        }
        PrintWriter out = spec.commandLine().getOut();
        Config config = configuration.get();
        Optional<Duration> drain =
                withoutDraining ? Optional.empty() : Optional.of(Duration.ofSeconds(Math.max(1, drainWithin)));
        try (Accounts accounts = Accounts.openExisting(config, Clock.systemUTC())) {
            Manifest made = new Backup(reached.apply(config), config, accounts, drain, out::println)
                    .to(to, passphrase.choose());
            out.println("written " + to + ": " + made.parts().size() + " parts, "
                    + made.parts().stream().mapToLong(Manifest.Part::bytes).sum() / 1_000_000 + " MB unpacked");
            out.println(
                    made.drained()
                            ? "every reading acknowledged before " + made.instant() + " is in it"
                            : "readings that were on their way at " + made.instant() + " are not in it");
            if (!made.silentBridges().isEmpty()) {
                out.println("bridges that do not run and may have left readings in their journals: "
                        + String.join(", ", made.silentBridges())
                        + "; what is there is not in it, unless another bridge on the same disk stored it");
            }
            out.flush();
            return 0;
        }
    }
}
