package org.plantbuddy.operations.history;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plantbuddy import USER FILE}. Exit code 0: all stored; 1: refused; 2: stored, but some lines were not. */
@Command(
        name = "import",
        description =
                "Stores a history of readings, InfluxDB line protocol (times in s, ms, µs or ns, told apart by size), plain or"
                        + " gzip, or of an archive of user export, whose 10-minute means it stores, too; again gives the same points.",
        mixinStandardHelpOptions = true)
public final class ImportCommand implements Callable<Integer> {

    private static final int SOME_REFUSED = 2;

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "USER", description = "whose readings they are: tag user of every line")
    String user = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "the file")
    Path file = Path.of("");

    @Option(
            names = "--shift-to-now",
            description =
                    "move all readings so that the newest is at now; the same file is moved the same way ever after; readings more"
                            + " than a year from all others are left out")
    boolean shiftToNow;

    @Option(
            names = "--shift-again",
            description = "move them to now although the file was imported before; its earlier points stay")
    boolean shiftAgain;

    private final Supplier<Config> configuration;

    /**
     * The command, for a {@code CommandLine}.
     *
     * @param configuration read when the command runs
     */
    public ImportCommand(Supplier<Config> configuration) {
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Config config = configuration.get();
        try (Accounts accounts = Accounts.openExisting(config, Clock.systemUTC())) {
            ImportReport report = from(config, accounts).run(user, file, shift(), percent -> progress(err, percent));
            report.lines().forEach(out::println);
            out.flush();
            return report.leftOut() ? SOME_REFUSED : 0;
        } catch (IOException | IllegalArgumentException e) {
            err.println("import: " + e.getMessage());
            err.flush();
            return 1;
        }
    }

    private Shift shift() {
        return shiftAgain ? Shift.TO_NOW_AGAIN : shiftToNow ? Shift.TO_NOW : Shift.NONE;
    }

    private static void progress(PrintWriter err, int percent) {
        if (percent % 10 == 0) {
            err.println("import " + percent + " %");
            err.flush();
        }
    }

    /**
     * An import into the InfluxDB that the configuration names, with the token given there or else the bridge's. Where
     * the operator's token lies beside it, graphs show the readings at once, else after the next downsampling.
     *
     * @throws ImportRefusedException when there is no token
     */
    public static HistoryImport from(Config config, Accounts accounts) throws IOException {
        Path secrets = config.path(Key.DATA).resolve("secrets");
        InfluxAddress influx = address(
                config,
                config.secret(Key.INFLUX_TOKEN)
                        .or(() -> read(secrets.resolve("influx-bridge-token")))
                        .orElseThrow(() -> new ImportRefusedException("no token for InfluxDB: set "
                                + Key.INFLUX_TOKEN.variable() + "_FILE, or run plantbuddy up once, which makes "
                                + secrets.resolve("influx-bridge-token"))));
        Optional<InfluxAddress> operator = config.secret(Key.INFLUX_OPERATOR_TOKEN)
                .or(() -> read(secrets.resolve("influx-operator-token")))
                .map(influx::with);
        return new HistoryImport(
                influx,
                operator,
                accounts,
                config.path(Key.DATA),
                config.duration(Key.RAW_RETENTION),
                config.duration(Key.DOWNSAMPLED_RETENTION),
                Clock.systemUTC());
    }

    static InfluxAddress address(Config config, Secret token) {
        String local = "http://127.0.0.1:" + config.port(Key.INFLUX_PORT);
        String url = config.optional(Key.INFLUX_URL).orElse(local);
        return new InfluxAddress(url, config.text(Key.INFLUX_ORG), token);
    }

    /** Empty when it is not there or not ours to read. */
    static Optional<Secret> read(Path file) {
        try {
            return Files.isReadable(file)
                    ? Optional.of(new Secret(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
