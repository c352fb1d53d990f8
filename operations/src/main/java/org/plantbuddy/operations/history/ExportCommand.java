package org.plantbuddy.operations.history;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Actor;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.topic.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plantbuddy user export USER FILE}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Write all that is kept of a user into a zip archive; import reads readings and means back.")
public final class ExportCommand implements Callable<Integer> {

    private static final String STANDARD_OUTPUT = "-";

    /** For the whole of a bucket's answer. */
    private static final Duration PATIENCE = Duration.ofHours(2);

    /** Replaced by picocli with the command's own. */
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "USER")
    String user = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "the archive, a new file; - is standard output")
    String file = "";

    private final Supplier<Config> configuration;

    /** @param configuration read when the command runs */
    public ExportCommand(Supplier<Config> configuration) {
        this.configuration = configuration;
    }

    @Override
    public Integer call() throws IOException {
        Names.requireUser(user);
        Config config = configuration.get();
        try (Accounts accounts = Accounts.openExisting(config, Clock.systemUTC());
                Influx influx = new Influx(ImportCommand.address(config, token(config)), PATIENCE)) {
            accounts.users().requireExisting(user); // before a file is made
            UserExport export = new UserExport(accounts, influx, Clock.systemUTC());
            if (file.equals(STANDARD_OUTPUT)) {
                OutputStream out = new BufferedOutputStream(System.out);
                Map<String, Long> written = export.write(Actor.operator(), user, out);
                out.flush();
                if (System.out.checkError()) { // it never throws
                    throw new IOException(
                            "standard output did not take all of it, there is no archive: is its disk full,"
                                    + " or did its reader end?");
                }
                tell(written);
            } else {
                tell(toFile(export, Path.of(file)));
            }
            return 0;
        } catch (InfluxUnavailableException e) {
            throw new IOException("InfluxDB did not answer to the end, there is no archive: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** A whole archive or none, its owner's alone. */
    private Map<String, Long> toFile(UserExport export, Path path) throws IOException {
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " exists already: name a new file", e);
        }
        boolean whole = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            Map<String, Long> written = export.write(Actor.operator(), user, out);
            out.flush();
            whole = true;
            return written;
        } finally {
            if (!whole) {
                Files.deleteIfExists(path);
            }
        }
    }

    private void tell(Map<String, Long> written) {
        PrintWriter err = spec.commandLine().getErr();
        written.forEach((name, count) -> err.println(name + ": " + count + " values"));
        err.flush();
    }

    private static Secret token(Config config) throws IOException {
        Path file = config.path(Key.DATA).resolve("secrets").resolve("influx-read-token");
        return ImportCommand.read(file)
                .orElseThrow(
                        () -> new IOException(file + " cannot be read, with which InfluxDB is: run this as the user"
                                + " who runs `plantbuddy up`, after its first start"));
    }
}
