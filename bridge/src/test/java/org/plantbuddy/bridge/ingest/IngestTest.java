package org.plantbuddy.bridge.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.accounts.RefusedReadings;
import org.plantbuddy.bridge.departed.Departed;
import org.plantbuddy.bridge.journal.Batch;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.Reading;
import org.plantbuddy.bridge.refused.Refusals;

/** With a real journal and a real accounts database that fails or is locked; only connections and broker are made up. */
class IngestTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<CompletableFuture<Void>> notices = new CopyOnWriteArrayList<>();
    private final FakeConnection one = new FakeConnection();
    private final FakeConnection other = new FakeConnection();
    private Accounts accounts;
    private Journal journal;
    private Ingest ingest;
    private long stamp;

    @BeforeEach
    void start() {
        accounts = Accounts.openFile(folder.resolve("plantbuddy.db"), CLOCK);
        for (String user : List.of("rick", "anna")) {
            accounts.users().add(user, "correct horse");
            accounts.devices().add(user, "01");
        }
        stamp = TimeUnit.MILLISECONDS.toNanos(CLOCK.millis() + 1);
        journal = Journal.open(folder.resolve("journal"), 1L << 30, CLOCK);
        Refusals refusals = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) -> {
                    CompletableFuture<Void> notice = new CompletableFuture<>();
                    notices.add(notice);
                    return notice;
                },
                meters,
                CLOCK);
        ingest = Ingest.start(accounts, new Departed(), journal, refusals, Duration.ofDays(30), meters, CLOCK);
        deliver(one, "rick/01/light", "1");
        deliver(other, "anna/01/light", "1");
        await().atMost(LONG).until(() -> one.acknowledged.size() == 1 && other.acknowledged.size() == 1);
    }

    @AfterEach
    void stop() {
        ingest.close();
        journal.close();
        accounts.close();
    }

    /** A connection of the bridge's that notes what is acknowledged on it. */
    private static final class FakeConnection implements Delivery.Origin {

        private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
        private volatile boolean ended;
        private int delivered;

        @Override
        public boolean hasEnded() {
            return ended;
        }

        @Override
        public void announce(int acknowledgements) {}

        @Override
        public void acknowledge(int packetId, int qos) {
            acknowledged.add(packetId);
        }
    }

    private void deliver(FakeConnection connection, String topic, String payload) {
        Message message = new Message(
                "plantbuddy/" + topic,
                payload.getBytes(StandardCharsets.UTF_8),
                Optional.of(stamp++),
                Optional.empty(),
                Optional.empty());
        ingest.offer(new Delivery(message, connection.delivered++, 1, connection));
    }

    private static String rubbish() {
        return "[" + "0,".repeat(32_000) + "0]";
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plantbuddy.db") + "?busy_timeout=10000");
    }

    private void acknowledgesAll(FakeConnection connection) {
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(connection.acknowledged)
                        .containsExactlyElementsOf(
                                IntStream.range(0, connection.delivered).boxed().toList()));
    }

    private double refused() {
        return meters.get("plantbuddy.readings.refused").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Some of it cannot be entered into the accounts database; all of it can be journalled. */
    private void deliverMixed(FakeConnection connection) {
        for (int i = 0; i < 300; i++) {
            deliver(connection, "rick/01/light", Integer.toString(i));
        }
        deliver(connection, "rick/01/status", "online");
        deliver(connection, "rick/01/light", "ERR");
        deliver(connection, "rick/01/light", "[{\"reading\":1},{\"reading\":\"x\"}]");
        deliver(connection, "rick/01/humidity", "40");
        for (int i = 0; i < 300; i++) {
            deliver(connection, "rick/01/light", Integer.toString(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused_readings", "board_statuses", "sensors"})
    void whatIsTriedAgainIsJournalledOnceAndAcknowledgedInOrderOnceTheDatabaseTakesIt(String table) throws Exception {
        sql("CREATE TRIGGER disk_full BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(FAIL, 'no room'); END");
        deliverMixed(one);
        int known = 1 + 1 + 601;
        await().atMost(LONG)
                .until(() -> journal.depth() >= known && ingest.problem().isPresent());
        assertThat(ingest.problem().orElseThrow()).contains("accounts database").contains("no room");
        await().during(Duration.ofMillis(1_600)).atMost(LONG).until(() -> journal.depth() <= known + 1);
        assertThat(one.acknowledged).hasSizeLessThan(one.delivered);
        sql("DROP TRIGGER disk_full");
        acknowledgesAll(one);
        assertThat(journal.depth()).isEqualTo(known + 1);
        assertThat(journalled()).doesNotHaveDuplicates().hasSize(known + 1);
        assertThat(refused()).isEqualTo(2);
        assertThat(accounts.refusedReadings().newest("rick", 10)).hasSize(2);
        await().atMost(LONG).untilAsserted(() -> assertThat(ingest.problem()).isEmpty());
    }

    private List<Reading> journalled() throws InterruptedException {
        return journal.next(100_000, Duration.ZERO).map(Batch::readings).orElse(List.of());
    }

    @Test
    void readingsDoNotWaitForALockedDatabaseBehindTheRefusalsOfAnother() throws Exception {
        try (Connection locking = open();
                Statement statement = locking.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (int i = 0; i < 20; i++) {
                deliver(one, "rick/01/light", rubbish());
            }
            for (int i = 0; i < 500; i++) {
                deliver(other, "anna/01/light", Integer.toString(i));
            }
            acknowledgesAll(other);
            assertThat(one.acknowledged).hasSize(1);
            statement.execute("ROLLBACK");
        }
        acknowledgesAll(one);
    }

    @Test
    void noticesThatTheBrokerDoesNotTakeHoldNothingUp() {
        for (int i = 0; i < 20; i++) {
            deliver(one, "rick/01/light", rubbish());
        }
        deliver(one, "anna/01/light", "ERR");
        acknowledgesAll(one);
        assertThat(accounts.refusedReadings().newest("anna", 10)).hasSize(1);
        assertThat(accounts.refusedReadings().newest("rick", 5_000)).hasSize(RefusedReadings.KEPT_PER_USER);
        assertThat(notices).hasSizeBetween(2, 101).noneMatch(CompletableFuture::isDone);
        assertThat(refused()).isEqualTo(20 * 32_001 + 1);
    }

    @Test
    void sensorThatCannotBeOneIsToldWithATopicThatIsAllowed() {
        deliver(one, "rick/01/Soil-Moisture", "36");
        deliver(one, "rick/01/", "36");
        acknowledgesAll(one);
        assertThat(accounts.refusedReadings().newest("rick", 10))
                .extracting(RefusedReading::reason)
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).endsWith("; try plantbuddy/rick/01/soil_moisture"),
                        reason -> assertThat(reason)
                                .startsWith("'plantbuddy/rick/01/'")
                                .endsWith("; try plantbuddy/rick/01/soil_moisture"));
    }

    @Test
    void aHundredElementsOfAMessageAreToldOneByOneAndTheOthersTogether() {
        deliver(one, "rick/01/light", "[{\"reading\":5}," + "0,".repeat(400) + "{\"reading\":\"x\"}]");
        acknowledgesAll(one);
        assertThat(accounts.refusedReadings().newest("rick", 1_000))
                .hasSize(101)
                .filteredOn(refused -> refused.reason().contains("301 readings"))
                .singleElement()
                .satisfies(refused -> assertThat(refused.reason())
                        .contains("1 not-a-number", "300 json")
                        .endsWith("'0' is not an object: a reading is {\"reading\": 21.5} or"
                                + " {\"reading\": 21.5, \"time\": …}"));
        assertThat(refused()).isEqualTo(401);
        assertThat(meters.get("plantbuddy.readings.refused")
                        .tag("reason", "json")
                        .counter()
                        .count())
                .isEqualTo(400);
        assertThat(journal.depth()).isEqualTo(3);
    }

    @Test
    void whatIsOverADaysReadingsIsRefusedUntilTheOperatorAllowsMoreAndNobodyElseNoticesIt() {
        accounts.dailyReadings().limit("rick", OptionalLong.of(3));
        await().atMost(LONG).until(() -> {
            deliver(one, "rick/01/light", "2");
            return refused() > 0;
        });
        assertThat(accounts.refusedReadings().newest("rick", 1).get(0).reason())
                .contains("3 readings", "00:00 UTC", "user set rick --readings-per-day");
        deliver(other, "anna/01/light", "3");
        acknowledgesAll(one);
        acknowledgesAll(other);
        assertThat(journal.depth() + (long) refused()).isEqualTo(one.delivered + other.delivered);
        accounts.dailyReadings().limit("rick", OptionalLong.empty());
        long before = journal.depth();
        await().atMost(LONG).until(() -> {
            deliver(one, "rick/01/light", "2");
            return journal.depth() > before;
        });
    }

    /** As with the accounts database away, or full. */
    @Test
    void readingsAreTakenWhileTheirNumberCannotBeTold() throws Exception {
        sql("CREATE TRIGGER disk_full BEFORE INSERT ON daily_readings BEGIN SELECT RAISE(FAIL, 'no room'); END");
        for (int i = 0; i < 100; i++) {
            deliver(one, "rick/01/light", Integer.toString(i));
        }
        acknowledgesAll(one);
        assertThat(ingest.problem()).isEmpty();
    }

    @Test
    void whatAnEndedConnectionDeliveredIsLeftToTheBroker() throws Exception {
        sql("CREATE TRIGGER disk_full BEFORE INSERT ON refused_readings BEGIN SELECT RAISE(FAIL, 'no room'); END");
        deliver(one, "rick/01/light", "ERR");
        await().atMost(LONG).until(() -> ingest.problem().isPresent());
        one.ended = true;
        await().atMost(LONG).until(() -> ingest.problem().isEmpty());
        assertThat(one.acknowledged).hasSize(1);
        await().atMost(LONG)
                .until(() ->
                        meters.get("plantbuddy.messages.unacknowledged").gauge().value() == 0);
    }
}
