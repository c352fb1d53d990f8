package org.plantbuddy.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Bucket;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influxd.InfluxdBinary;
import org.plantbuddy.influxd.InfluxdProcess;
import org.plantbuddy.operations.provision.Provision;

/** From one real InfluxDB into another. */
class RestoreIT {

    private static final Secret PASSPHRASE = new Secret("correct horse battery");
    private final Instant now = Instant.now();

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();
    private InfluxdProcess influxd;
    private Config config;
    private Accounts accounts;

    @BeforeEach
    void start() throws Exception {
        influxd = InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("influxdb"), 0);
        config = Config.load(Map.of(
                "PLANTBUDDY_DATA", folder.resolve("data").toString(),
                "PLANTBUDDY_INFLUX_URL", influxd.url().toString()));
        accounts = Accounts.open(config, Clock.systemUTC());
        Provision.run(config, accounts, progress::add);
        accounts.users().add("rick", "a password of rick's");
    }

    @AfterEach
    void stop() {
        accounts.close();
        influxd.close();
    }

    @Test
    void everythingIsThereAgain() throws Exception {
        String secret = "influx-bridge-token";
        write(readings(1, now), readings(2, now.minus(Duration.ofDays(20))));
        Files.createDirectories(folder.resolve("data/tls"));
        Files.writeString(folder.resolve("data/tls/key.pem"), "a key");
        Files.writeString(folder.resolve("data/running.properties"), "of the moment");
        accounts.watchers().report("bridge-7", "{}");
        Path file = folder.resolve("backup");

        Manifest made = backup(Optional.empty()).to(file, PASSPHRASE);
        assertThat(made.drained()).isFalse();
        assertThat(made.influxdb()).isNotEmpty();

        Path data = folder.resolve("second/data");
        Config second = Config.load(Map.of("PLANTBUDDY_DATA", data.toString()));
        try (InfluxdProcess fresh =
                InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("second/influxdb"), 0, "--no-tasks")) {
            Restore restore = new Restore(second, file, PASSPHRASE, progress::add);
            restore.into(fresh.url().toString(), restore.check());

            assertThat(count(fresh, read(data, "influx-read-token"))).isEqualTo(2_000);
            assertThat(read(data, secret)).isEqualTo(read(folder.resolve("data"), secret));
            assertThatThrownBy(() -> restore.into(fresh.url().toString(), made))
                    .hasMessageContaining("was set up already");
            assertThatThrownBy(restore::check).hasMessageContaining("there is something in the data folder");
        }
        assertThat(data.resolve("tls/key.pem")).hasContent("a key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("tls/key.pem"))))
                .isEqualTo("rw-------");
        assertThat(data.resolve("running.properties")).doesNotExist();
        assertThat(data.resolve(DataFiles.SETTINGS)).content().contains("PLANTBUDDY_DATA=");
        try (Accounts restored = Accounts.open(second, Clock.systemUTC());
                InfluxdProcess again =
                        InfluxdProcess.start(InfluxdBinary.locate(), folder.resolve("second/influxdb"), 0)) {
            assertThat(restored.watchers().all()).as("nobody misses them").isEmpty();
            assertThat(restored.users().signIn("rick", "a password of rick's")).isTrue();
            progress.clear();
            Provision.run(second.with(Map.of(Key.INFLUX_URL, again.url().toString())), restored, progress::add);
            assertThat(progress).as("nothing is missing").isEmpty();
            assertThat(count(again, read(data, "influx-read-token"))).isEqualTo(2_000);
        }
    }

    @Test
    void whatIsOnItsWayIsWaitedForAndToldWhereItIs() throws Exception {
        Path file = folder.resolve("backup");
        Backup impatient = backup(Optional.of(Duration.ofMillis(300)));
        assertThatThrownBy(() -> impatient.to(file, PASSPHRASE)).hasMessageContaining("no bridge runs");

        accounts.removals().alive("bridge-1");
        assertThatThrownBy(() -> impatient.to(file, PASSPHRASE)).hasMessageContaining("the broker still has readings");

        Thread broker = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                accounts.drains().inQueue().forEach(accounts.drains()::leftQueue);
            }
        });
        broker.start();
        assertThatThrownBy(() -> impatient.to(file, PASSPHRASE))
                .hasMessageContaining("still in the journals of these bridges: bridge-1")
                .hasMessageContaining("--without-draining");
        Thread bridge = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                accounts.drains()
                        .inJournal("bridge-1")
                        .forEach(id -> accounts.drains().leftJournal(id, "bridge-1"));
            }
        });
        bridge.start();
        Manifest made = backup(Optional.of(Duration.ofMinutes(1))).to(file, PASSPHRASE);
        broker.interrupt();
        bridge.interrupt();
        broker.join();
        bridge.join();

        assertThat(made.drained()).isTrue();
        assertThat(accounts.drains().inQueue()).isEmpty();
    }

    @Test
    void placesAndVersionsThatDoNotFitAreTold() throws Exception {
        assertThatThrownBy(() -> backup(Optional.empty()).to(folder.resolve("data/backup"), PASSPHRASE))
                .hasMessageContaining("is in the data folder, which the backup is of");
        assertThat(Restore.isOlder("v2.7.1", "v2.9.1")).isTrue();
        assertThat(Restore.isOlder("2.10.0", "2.9.1")).isFalse();
        assertThat(Restore.isOlder("dev", "2.9.1")).isFalse();
    }

    private Backup backup(Optional<Duration> drainWithin) {
        return new Backup(config, config, accounts, drainWithin, progress::add);
    }

    private static List<String> readings(int user, Instant newest) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lines.add("light,user=u" + user + ",device_id=01 reading=" + i + " "
                    + newest.minusSeconds(i).toEpochMilli() * 1_000_000);
        }
        return lines;
    }

    @SafeVarargs
    private void write(List<String>... lines) throws Exception {
        try (Influx influx = influx(influxd, read(folder.resolve("data"), "influx-operator-token"))) {
            for (List<String> some : lines) {
                influx.store(Bucket.READINGS, some);
            }
        }
    }

    private static long count(InfluxdProcess of, String token) {
        try (Influx influx = influx(of, token)) {
            return influx.query("from(bucket: \"plantbuddy\") |> range(start: -30d) |> group()"
                            + " |> keep(columns: [\"_time\", \"_value\"])")
                    .size();
        }
    }

    private static Influx influx(InfluxdProcess of, String token) {
        return new Influx(
                new InfluxAddress(of.url().toString(), "plantbuddy", new Secret(token)), Duration.ofSeconds(30));
    }

    private static String read(Path data, String secret) throws Exception {
        return Files.readString(data.resolve("secrets").resolve(secret)).strip();
    }
}
