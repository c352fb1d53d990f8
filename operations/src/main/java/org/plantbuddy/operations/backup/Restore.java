package org.plantbuddy.operations.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.plantbuddy.accounts.AccountException;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Tokens;
import org.plantbuddy.accounts.Watchers;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxBackup;
import org.plantbuddy.influx.InfluxUnavailableException;
import org.plantbuddy.influx.Management;

/** Makes a system of a backup, where there is none. Nothing is touched before the whole file was found to be as it was written. */
public final class Restore {

    private final Config config;
    private final Path file;
    private final Secret passphrase;
    private final Consumer<String> progress;

    /**
     * @param config of the system that comes into being
     * @param progress told of each step
     */
    public Restore(Config config, Path file, Secret passphrase, Consumer<String> progress) {
        this.config = config;
        this.file = file;
        this.passphrase = passphrase;
        this.progress = progress;
    }

    /**
     * Passes when the file is whole, and there is no system yet in the data folder and the accounts database.
     *
     * @throws BackupException when not
     */
    public Manifest check() {
        new DataFiles(config.path(Key.DATA)).requireNone();
        try {
            Accounts.requireNone(config);
        } catch (AccountException e) {
            throw new BackupException(String.valueOf(e.getMessage()), e);
        }
        progress.accept("reading " + file);
        return BackupFile.check(file, passphrase);
    }

    /**
     * Restores, after {@link #check}, which also says that the passphrase is right.
     *
     * @param influx the URL of an InfluxDB that nobody has set up; it has to be started again afterwards, to run its tasks
     * @throws BackupException when it is not restored; what is there then must be deleted
     */
    public void into(String influx, Manifest manifest) {
        InfluxAddress address = setUp(influx, manifest);
        DataFiles data = new DataFiles(config.path(Key.DATA));
        try (Parts parts = new Parts(address, data)) {
            progress.accept("restoring InfluxDB " + manifest.influxdb());
            BackupFile.read(file, passphrase, parts);
        } catch (IOException | AccountException e) {
            throw new BackupException(
                    "not all was restored: " + e.getMessage() + "; empty the data folder "
                            + config.path(Key.DATA).toAbsolutePath()
                            + ", the accounts database and InfluxDB, and restore again",
                    e);
        }
    }

    /** For as long as it takes: the backup brings its own operator. */
    private InfluxAddress setUp(String url, Manifest manifest) {
        InfluxAddress address = new InfluxAddress(url, config.text(Key.INFLUX_ORG), new Secret(Tokens.random()));
        try (Management influx = new Management(address);
                InfluxBackup target = new InfluxBackup(address)) {
            if (!influx.isFresh()) {
                throw new BackupException(
                        "InfluxDB at " + url + " was set up already: a restore goes into an empty system"
                                + " only; give it an empty folder or volume");
            }
            String version = target.version();
            if (isOlder(version, manifest.influxdb())) {
                throw new BackupException("InfluxDB at " + url + " is " + version + ", and the backup is of "
                        + manifest.influxdb() + ": restore with that version, or a newer one");
            }
            influx.setUp("restore", new Secret(Tokens.random()), address.token().get(), Duration.ZERO);
            return address;
        } catch (InfluxUnavailableException | IOException e) {
            throw new BackupException(
                    "InfluxDB at " + url + " does not do what it is asked: " + e.getMessage()
                            + "; nothing was restored",
                    e);
        }
    }

    /** By numbers; a version that is none, as of a build of one's own, is as good as any. */
    static boolean isOlder(String version, String than) {
        if (!version.matches("v?\\d+(\\.\\d+)*") || !than.matches("v?\\d+(\\.\\d+)*")) {
            return false;
        }
        return Arrays.compare(numbers(version), numbers(than)) < 0;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.replace("v", "").split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** Puts each part where it belongs. */
    private final class Parts implements BackupFile.Reader, AutoCloseable {

        private final DataFiles data;
        private final InfluxAddress setUp;
        private InfluxAddress restored;
        private InfluxBackup influx;

        Parts(InfluxAddress setUp, DataFiles data) {
            this.setUp = setUp;
            this.restored = setUp;
            this.influx = new InfluxBackup(setUp);
            this.data = data;
        }

        @Override
        public void take(String name, InputStream part) throws IOException {
            if (name.equals(Backup.OPERATOR_TOKEN)) {
                restored = setUp.with(new Secret(new String(part.readAllBytes(), StandardCharsets.UTF_8)));
            } else if (name.equals(Backup.KV)) {
                influx.restoreKv(part);
                influx.close();
                influx = new InfluxBackup(restored);
            } else if (name.equals(Backup.SQL)) {
                influx.restoreSql(part);
            } else if (name.startsWith(Backup.SHARD)) {
                influx.restoreShard(Long.parseLong(name.substring(Backup.SHARD.length())), part);
            } else if (name.equals(Backup.ACCOUNTS)) {
                progress.accept("restoring accounts, secrets and keys");
                Accounts.restore(config, part);
                try (Accounts restored = Accounts.open(config, Clock.systemUTC())) {
                    restored.alerts().publishStatesAgain();
                    Watchers old = restored.watchers(); // nobody waits for processes of the old system
                    old.all().forEach(watcher -> old.leave(watcher.name()));
                }
            } else if (name.equals(Backup.SETTINGS)) {
                data.put(DataFiles.SETTINGS, part);
            } else if (name.startsWith(Backup.DATA)) {
                data.put(name.substring(Backup.DATA.length()), part);
            } else {
                throw new IOException("this version does not know what to do with part " + name);
            }
        }

        @Override
        public void close() {
            influx.close();
        }
    }
}
