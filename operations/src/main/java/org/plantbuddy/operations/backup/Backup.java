package org.plantbuddy.operations.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Removal;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.InfluxBackup;
import org.plantbuddy.process.Version;

/**
 * Makes a backup of a running system.
 *
 * <p>The order is what makes it one state. What the broker acknowledged before the beginning is waited for, so it is stored. Then
 * InfluxDB's buckets are taken in the order opposite to that in which the tasks write: levels and how far the tasks have come
 * first, then statuses and notifications, then readings. So a restored task finds the state as after a crash, which it is made
 * for: it may judge or post again what it did, and that is known by its id. The accounts come last: they know each alert that
 * InfluxDB knows to be accepted.
 */
final class Backup {

    static final String OPERATOR_TOKEN = "influxdb/operator-token";
    static final String KV = "influxdb/kv";
    static final String SQL = "influxdb/sql";
    static final String SHARD = "influxdb/shard-";
    static final String ACCOUNTS = "accounts";
    static final String DATA = "data/";
    static final String SETTINGS = "settings.properties";

    /** Others, which are none of Plant Buddy's, come after these. */
    private static final List<String> ORDER = List.of(
            Bucket.SETTINGS.toString(),
            Bucket.MONITORING.toString(),
            Bucket.TASKS.toString(),
            Bucket.READINGS.toString(),
            Bucket.DOWNSAMPLED.toString());

    private final Config config;
    private final Config given;
    private final Accounts accounts;
    private final Optional<Duration> drainWithin;
    private final Consumer<String> progress;

    /**
     * @param config with InfluxDB's URL
     * @param given as the operator gave it
     * @param drainWithin how long to wait for what is on its way; empty: not at all
     * @param progress told of each step
     */
    Backup(Config config, Config given, Accounts accounts, Optional<Duration> drainWithin, Consumer<String> progress) {
        this.config = config;
        this.given = given;
        this.accounts = accounts;
        this.drainWithin = drainWithin;
        this.progress = progress;
    }

    /**
     * Makes it.
     *
     * @throws BackupException when it cannot be made; nothing is left then
     */
    Manifest to(Path file, Secret passphrase) {
        if (file.toAbsolutePath().normalize().startsWith(data().toAbsolutePath().normalize())) {
            throw new BackupException(file + " is in the data folder, which the backup is of: give another place");
        }
        InfluxAddress address =
                new InfluxAddress(config.text(Key.INFLUX_URL), config.text(Key.INFLUX_ORG), operatorToken());
        try (BackupFile backup = BackupFile.create(file, passphrase);
                InfluxBackup influx = new InfluxBackup(address)) {
            Instant instant = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            drainWithin.ifPresent(within -> {
                progress.accept("waiting until what is on its way is stored");
                new Draining(accounts.drains(), within).await();
            });
            List<String> silent = accounts.drains().silentBridges(); // also those that ended meanwhile
            List<Removal> erased = erased();
            backup.add(
                    OPERATOR_TOKEN,
                    out -> out.write(address.token().get().text().getBytes(StandardCharsets.UTF_8)));
            points(influx, backup);
            requireNobodyRemovedSince(erased);
            progress.accept("copying accounts, secrets and settings");
            backup.add(ACCOUNTS, accounts::copy);
            files(backup);
            backup.add(SETTINGS, this::settings);
            return backup.finish(new Manifest(
                    Manifest.FORMAT,
                    Version.text(),
                    influx.version(),
                    Encryption.CIPHER,
                    instant.toString(),
                    drainWithin.isPresent(),
                    silent,
                    List.of()));
        } catch (IOException e) {
            throw new BackupException("the backup could not be made, and nothing is left of it: " + e.getMessage(), e);
        }
    }

    private Path data() {
        return config.path(Key.DATA);
    }

    private Secret operatorToken() {
        Path file = data().resolve("secrets/influx-operator-token");
        return config.secret(Key.INFLUX_OPERATOR_TOKEN).orElseGet(() -> {
            try {
                return new Secret(Files.readString(file).strip());
            } catch (IOException e) {
                throw new BackupException(
                        file + " cannot be read (" + e
                                + "), and a backup needs the operator's token: run this as the user who runs"
                                + " `plantbuddy up`, in containers as `docker compose run --rm backup`, or give the"
                                + " token as "
                                + Key.INFLUX_OPERATOR_TOKEN.variable(),
                        e);
            }
        });
    }

    private void points(InfluxBackup influx, BackupFile backup) throws IOException {
        progress.accept("copying InfluxDB");
        List<InfluxBackup.Shard> shards =
                influx.metadata(kv -> backup.add(KV, kv::transferTo), sql -> backup.add(SQL, sql::transferTo));
        List<InfluxBackup.Shard> ordered =
                shards.stream().sorted(Comparator.comparingInt(Backup::turn)).toList();
        for (InfluxBackup.Shard shard : ordered) {
            boolean there = influx.shard(shard, points -> backup.add(SHARD + shard.id(), points::transferTo));
            if (!there) {
                progress.accept("a shard of bucket " + shard.bucket() + " has gone: its time has passed");
            }
        }
    }

    private static int turn(InfluxBackup.Shard shard) {
        int turn = ORDER.indexOf(shard.bucket());
        return turn < 0 ? ORDER.size() : turn;
    }

    private List<Removal> erased() {
        return accounts.removals().all().stream().filter(Removal::erased).toList();
    }

    /** Their points are in the copy of InfluxDB, and the accounts would say that they are not. */
    private void requireNobodyRemovedSince(List<Removal> before) {
        erased().stream()
                .filter(removal -> before.stream()
                        .noneMatch(known -> known.user().equals(removal.user())
                                && known.removedAt().equals(removal.removedAt())))
                .findFirst()
                .ifPresent(removal -> {
                    throw new BackupException("user '" + removal.user()
                            + "' was removed while the backup was made; nothing was written. Run it again");
                });
    }

    private void files(BackupFile backup) throws IOException {
        for (Path file : new DataFiles(data()).all()) {
            try (InputStream content = Files.newInputStream(data().resolve(file))) {
                backup.add(DATA + file, content::transferTo);
            } catch (NoSuchFileException e) {
                progress.accept(file + " of the data folder has gone meanwhile");
            }
        }
    }

    private void settings(OutputStream out) throws IOException {
        Properties settings = new Properties();
        given.given().forEach((key, text) -> settings.setProperty(key.variable(), text));
        settings.store(out, "what this backup was made with");
    }
}
