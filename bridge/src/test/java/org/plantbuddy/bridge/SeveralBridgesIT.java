package org.plantbuddy.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.influxdb.query.FluxRecord;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.Journals;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;

/** Bridges on one data folder. */
class SeveralBridgesIT {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int READINGS_AT_ONCE = 100;

    @TempDir
    Path data;

    @Test
    void whatAKilledBridgeHadInItsJournalIsStoredOnceByTheOther() throws Exception {
        List<Double> sent = new ArrayList<>();
        try (TestSystem system = new TestSystem(data);
                ServerSocket deaf = new ServerSocket(0); // takes connections and never answers
                Bridge stays = Bridge.start(system.bridgeConfig(), system.accounts)) {
            await().atMost(LONG).until(stays::ready);
            Process killed = system.bridgeProcess(Map.of(Key.INFLUX_URL, "http://127.0.0.1:" + deaf.getLocalPort()));
            try (TestBoard board = system.board()) {
                await().atMost(LONG).until(() -> {
                    for (int i = 0; i < READINGS_AT_ONCE; i++) {
                        sent.add((double) sent.size());
                        board.publish("plantbuddy/rick/01/light", Integer.toString(sent.size() - 1));
                    }
                    return left() > 0;
                });
            } finally {
                killed.destroyForcibly().waitFor();
            }
            assertThat(left()).as("readings that only the killed one had").isPositive();
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(system.readings("light").stream().map(FluxRecord::getValue))
                                    .hasSameSizeAs(sent)
                                    .containsAll(sent));
            assertThat(stays.ready()).isTrue();
        }
        assertThat(left()).isZero();
    }

    /** As with a container that is made anew while another empties what it left. */
    @Test
    void aNamedBridgeThatStartsWaitsUntilAnotherGivesItsJournalBack() throws Exception {
        Config config = alone().with(Map.of(Key.BRIDGE_CLIENT_ID, "greenhouse"));
        Journals others = new Journals(data, 1L << 30, Clock.systemUTC());
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC())) {
            FutureTask<Bridge> starting = new FutureTask<>(() -> Bridge.start(config, accounts));
            Thread thread = new Thread(starting);
            try (Journal held = others.named("greenhouse", Duration.ZERO).journal()) {
                thread.start();
                await().atMost(LONG).until(() -> starting.isDone() || waitsForJournal(thread));
                assertThat(starting.isDone()).isFalse();
                assertThat(held.depth()).isZero();
            }
            starting.get(LONG.toSeconds(), TimeUnit.SECONDS).close();
        }
    }

    @Test
    void aBridgeOnADiskWithTooLittleRoomSaysThatItTakesNoReadings() {
        Config config = alone().with(Map.of(Key.DISK_FREE, Long.toString(Long.MAX_VALUE)));
        try (Accounts accounts = Accounts.open(config, Clock.systemUTC());
                Bridge bridge = Bridge.start(config, accounts)) {
            assertThat(bridge.problems()).anyMatch(problem -> problem.matches("journal: the disk of .* MB free.*"));
        }
    }

    /** Broker and InfluxDB are not there. */
    private Config alone() {
        return Config.load(Map.of())
                .with(Map.of(
                        Key.DATA, data.toString(),
                        Key.BRIDGE_PORT, "0",
                        Key.MQTT_URL, "tcp://127.0.0.1:1",
                        Key.MQTT_TOKEN, "token",
                        Key.INFLUX_URL, "http://127.0.0.1:1",
                        Key.INFLUX_TOKEN, "token",
                        Key.NOTIFY_SECRET, "secret"));
    }

    private static boolean waitsForJournal(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(Journals.class.getName())
                        && frame.getMethodName().equals("pause"));
    }

    /** Readings in the killed one's journal, counted in a copy of it. */
    private long left() throws IOException {
        Path copy = Files.createTempDirectory(data, "copy");
        for (String name : List.of("journal.db", "journal.db-wal")) {
            Path file = data.resolve("journal-bridge-2").resolve(name);
            if (Files.exists(file)) {
                Files.copy(file, copy.resolve(name));
            }
        }
        try (Journal journal = Journal.open(copy, 1L << 30, Clock.systemUTC())) {
            return journal.depth();
        }
    }
}
