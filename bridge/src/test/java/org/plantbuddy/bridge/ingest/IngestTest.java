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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.accounts.RefusedReadings;
import org.plantbuddy.bridge.journal.Batch;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.mqtt.InFlight;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.Topics;

/** With a real journal and a real accounts database that fails or is locked; only connections and broker are made up. */
class IngestTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<CompletableFuture<Outcome>> notices = new CopyOnWriteArrayList<>();
    private final List<FakeConnection> inOrder = new CopyOnWriteArrayList<>();
    private final FakeConnection one = new FakeConnection();
    private final FakeConnection other = new FakeConnection();
    private volatile CountDownLatch told = new CountDownLatch(0);
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
                    CompletableFuture<Outcome> notice = new CompletableFuture<>();
                    notices.add(notice);
                    held(told);
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

    private static void held(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it is told, nothing else that waits for the accounts database is entered; all of it is waiting there then. */
    private void holdRegistrar() {
        told = new CountDownLatch(1);
        deliver(new FakeConnection(), "anna/01/light", "ERR");
        await().atMost(LONG).until(() -> notices.size() == 1);
    }

    /** What was delivered of this user before is in the journal, or waits for the accounts database. */
    private void awaitSorted(String user) {
        FakeConnection last = new FakeConnection();
        deliver(last, user + "/01/light", "1");
        acknowledgesAll(last);
    }

    /** How many were acknowledged on this connection before the last one on the other was. */
    private long acknowledgedBefore(FakeConnection last, FakeConnection connection) {
        return inOrder.subList(0, inOrder.lastIndexOf(last)).stream()
                .filter(connection::equals)
                .count();
    }

    /** A connection of the bridge's that notes what is acknowledged on it. */
    private final class FakeConnection implements InFlight.Acknowledger {

        private final InFlight inFlight = new InFlight(this);
        private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
        private int delivered;

        @Override
        public void gather(int acknowledgements) {}

        @Override
        public void acknowledge(int packetId, int qos) {
            inOrder.add(this);
            acknowledged.add(packetId);
        }
    }

    private void deliver(FakeConnection connection, String topic, String payload) {
        Map<String, String> properties = Map.of(Topics.RECEIVED_AT, Long.toString(stamp++));
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ingest.offer(connection.inFlight.add(new FakeDelivery(
                connection.inFlight, "plantbuddy/" + topic, bytes, connection.delivered++, properties)));
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
        deliver(connection, "rick/01/temperature", "21");
        deliver(connection, "rick/01/humidity", "40");
        for (int i = 0; i < 300; i++) {
            deliver(connection, "rick/01/light", Integer.toString(i));
        }
    }

    /** What waits for the accounts database is entered together: new series, refusals and the status, in this order. */
    @ParameterizedTest
    @CsvSource({"sensors WHEN NEW.name = 'humidity', 1", "refused_readings, 2", "board_statuses, 2"})
    void whatIsTriedAgainIsJournalledAndToldOnceAndAcknowledgedInOrderOnceTheDatabaseTakesIt(
            String failing, int newSeriesKnown) throws Exception {
        holdRegistrar();
        sql("CREATE TRIGGER disk_full BEFORE INSERT ON " + failing + " BEGIN SELECT RAISE(FAIL, 'no room'); END");
        deliverMixed(one);
        awaitSorted("rick");
        int known = 1 + 1 + 601 + 1;
        assertThat(journal.depth()).isEqualTo(known);
        told.countDown();
        await().atMost(LONG)
                .until(() -> journal.depth() >= known + newSeriesKnown
                        && ingest.problem().isPresent());
        assertThat(ingest.problem().orElseThrow()).contains("accounts database").contains("no room");
        await().during(Duration.ofMillis(1_600)).atMost(LONG).until(() -> journal.depth() == known + newSeriesKnown);
        assertThat(one.acknowledged).hasSizeLessThan(one.delivered);
        sql("DROP TRIGGER disk_full");
        acknowledgesAll(one);
        assertThat(journal.depth()).isEqualTo(known + 2);
        assertThat(journalled()).doesNotHaveDuplicates().hasSize(known + 2);
        assertThat(refused()).isEqualTo(1 + 2);
        assertThat(notices).hasSize(1 + 2);
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
    void readingsOfWhoSendsLittleAreJournalledBetweenTheTurnsOfWhoSendsMuch() {
        CountDownLatch allAreThere = new CountDownLatch(1);
        AtomicInteger groups = new AtomicInteger();
        journal.refuseWhen(() -> {
            groups.incrementAndGet();
            held(allAreThere);
            return Optional.empty();
        });
        deliver(other, "anna/01/light", "1");
        await().atMost(LONG).until(() -> groups.get() == 1);
        for (int i = 0; i < 12; i++) {
            deliver(one, "rick/01/light", i + " ".repeat(60_000));
        }
        deliver(other, "anna/01/light", "2");
        allAreThere.countDown();
        acknowledgesAll(one);
        acknowledgesAll(other);
        assertThat(acknowledgedBefore(other, one)).isLessThan(one.delivered);
        assertThat(groups).as("groups of some hundredths of a second").hasValueGreaterThan(3);
    }

    @Test
    void refusalsOfWhoSendsLittleAreEnteredBetweenTheTurnsOfWhoSendsMuch() {
        holdRegistrar();
        for (int i = 0; i < 100; i++) {
            deliver(one, "rick/01/light", "[" + "0,".repeat(100) + "0]");
        }
        deliver(other, "anna/01/light", "ERR");
        awaitSorted("rick");
        awaitSorted("anna");
        told.countDown();
        acknowledgesAll(one);
        acknowledgesAll(other);
        assertThat(acknowledgedBefore(other, one)).isLessThan(one.delivered);
    }

    /** However much waits: who comes then must not wait for all of it. */
    @Test
    void databaseIsGivenTwoThousandEntriesAtOnceAtMost() {
        holdRegistrar();
        for (int i = 0; i < 3_000; i++) {
            deliver(one, "rick/01/light", "ERR");
        }
        awaitSorted("rick");
        CountDownLatch first = told;
        told = new CountDownLatch(1);
        first.countDown();
        await().atMost(LONG).until(() -> notices.size() > 1); // of the next ones, which are entered
        assertThat(refused()).isBetween(2.0, 1.0 + 2_000);
        told.countDown();
        acknowledgesAll(one);
        assertThat(refused()).isEqualTo(1 + 3_000);
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
        accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(3)));
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
        accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.empty()));
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
        one.inFlight.end();
        await().atMost(LONG).until(() -> ingest.problem().isEmpty());
        assertThat(one.acknowledged).hasSize(1);
        await().atMost(LONG)
                .until(() ->
                        meters.get("plantbuddy.messages.unacknowledged").gauge().value() == 0);
    }
}
