package org.plantbuddy.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.backup.Manifest;
import org.plantbuddy.operations.backup.Passphrase;
import org.plantbuddy.operations.backup.Restore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a system of a backup, in an empty data folder. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Restore a backup into an empty system: data folder, accounts database and InfluxDB.")
final class RestoreCommand implements Callable<Integer> {

    private final Supplier<Config> config;

    @Parameters(paramLabel = "FILE", description = "the backup")
    private Path file = Path.of("");

    @Mixin
    private Passphrase passphrase = new Passphrase();

    RestoreCommand(Supplier<Config> config) {
        this.config = config;
    }

    @Override
    public Integer call() throws IOException {
        Config read = config.get();
        Manifest restored = restore(read, file, passphrase.read(), System.out::println);
        System.out.println("restored the system as it was at " + restored.instant() + "; its settings of then are in "
                + read.path(Key.DATA).resolve("restored-settings.properties"));
        System.out.println(
                read.optional(Key.INFLUX_URL).isPresent()
                        ? "now start InfluxDB again, which then runs its tasks, and all other parts"
                        : "now start it with `plantbuddy up`");
        return 0;
    }

    /** Into the folder that the configuration names, and the InfluxDB that it names or one in that folder. */
    static Manifest restore(Config config, Path file, Secret passphrase, Consumer<String> progress) throws IOException {
        Path data = config.path(Key.DATA);
        Optional<String> elsewhere = config.optional(Key.INFLUX_URL);
        Restore restore = new Restore(config, file, passphrase, progress);
        DataFolder claimed = DataFolder.claim(data);
        try (claimed) {
            Manifest manifest = restore.check();
            if (elsewhere.isPresent()) {
                restore.into(elsewhere.get(), manifest);
            } else {
                try (InfluxdProcess influxd =
                        InfluxdProcess.start(binary(config), data.resolve("influxdb"), 0, "--no-tasks")) {
                    restore.into(influxd.url().toString(), manifest);
                }
            }
            return manifest;
        }
    }

    static Path binary(Config config) throws IOException {
        return config.optional(Key.INFLUXD).isPresent() ? config.path(Key.INFLUXD) : InfluxdBinary.locate();
    }
}
