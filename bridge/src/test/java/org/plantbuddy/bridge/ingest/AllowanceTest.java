package org.plantbuddy.bridge.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.Limit;
import org.plantbuddy.boards.Decoder;
import org.plantbuddy.boards.Message;
import org.plantbuddy.boards.Reason;
import org.plantbuddy.boards.StatusDecoder;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.mqtt.InFlight;
import org.plantbuddy.testing.MovableClock;
import org.plantbuddy.topic.SeriesName;

class AllowanceTest {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-24");

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock(NOON);
    private Accounts accounts;
    private Allowance allowance;

    @BeforeEach
    void start() {
        accounts = Accounts.openFile(folder.resolve("plantbuddy.db"), clock);
        accounts.users().add("rick", "correct horse");
        accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(10)));
        allowance = new Allowance(accounts.dailyReadings(), clock);
    }

    @AfterEach
    void stop() {
        accounts.close();
    }

    private long stored() {
        return accounts.dailyReadings().of("rick", TODAY).readings();
    }

    @Test
    void whatIsCountedIsTakenOffAtOnceAndToldOnce() {
        allowance.count(Map.of("rick", 3L));
        allowance.tell();
        allowance.tell();
        assertThat(stored()).isEqualTo(3);
        allowance.count(Map.of("rick", 4L));
        assertThat(allowance.of("rick").left()).isEqualTo(3);
        allowance.count(Map.of("rick", 5L));
        assertThat(allowance.of("rick").left()).isZero();
        allowance.tell();
        assertThat(stored()).isEqualTo(12);
        assertThat(allowance.of("rick").left()).isZero();
    }

    @Test
    void whatAnotherBridgeCountedIsKnownAfterTheNextTelling() {
        Allowance other = new Allowance(accounts.dailyReadings(), clock);
        other.count(Map.of("rick", 10L));
        other.tell();
        assertThat(allowance.of("rick").left()).isEqualTo(Long.MAX_VALUE);
        allowance.tell();
        assertThat(allowance.of("rick").left()).isZero();
        accounts.limits().set("rick", Map.of(Limit.READINGS_A_DAY, OptionalLong.of(15)));
        allowance.tell();
        assertThat(allowance.of("rick").left()).isEqualTo(5);
    }

    @Test
    void bridgeThatStartsAnewKnowsWhatWasTold() {
        allowance.count(Map.of("rick", 10L));
        allowance.start();
        allowance.close();
        Allowance next = new Allowance(accounts.dailyReadings(), clock);
        assertThat(next.of("rick").most()).isZero();
        next.tell();
        assertThat(next.of("rick").left()).isZero();
    }

    @Test
    void aNewDayBeginsAtMidnightUtc() {
        allowance.count(Map.of("rick", 10L));
        allowance.tell();
        allowance.count(Map.of("rick", 1L));
        clock.set(NOON.plus(Duration.ofHours(12)));
        assertThat(allowance.of("rick").left()).isPositive();
        allowance.tell();
        assertThat(stored()).isEqualTo(11);
        allowance.of("rick");
        allowance.tell();
        assertThat(allowance.of("rick").left()).isEqualTo(10);
    }

    @Test
    void whileTheDatabaseFailsWhatIsCountedIsKeptAndTheLastLimitHolds() throws Exception {
        allowance.count(Map.of("rick", 2L));
        allowance.tell();
        sql("CREATE TRIGGER disk_full BEFORE INSERT ON daily_readings BEGIN SELECT RAISE(FAIL, 'no room'); END");
        allowance.count(Map.of("rick", 5L));
        assertThatThrownBy(allowance::tell).hasMessageContaining("no room");
        assertThat(allowance.of("rick").left()).isEqualTo(3);
        sql("DROP TRIGGER disk_full");
        allowance.tell();
        assertThat(stored()).isEqualTo(7);
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plantbuddy.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    @Test
    void ofAnArrayWhatIsLeftOfTheDayIsTakenAndTheRestRefusedAsOne() {
        allowance.count(Map.of("rick", 7L));
        allowance.tell();
        Admission admission = new Admission(accounts.sensors()::admit);
        admission.admits(new SeriesName("rick", "01", "light"));
        Sorting sorting = new Sorting(
                new Decoder(Duration.ZERO, clock), new StatusDecoder(clock), admission, allowance, new Departed());
        Sorting.Sorted sorted = sorting.sort(List.of(array(5), array(4)));
        assertThat(sorted.readings()).hasSize(3);
        assertThat(sorted.byUser()).isEqualTo(Map.of("rick", 3L));
        assertThat(sorted.done()).isEmpty();
        assertThat(sorted.entries())
                .flatExtracting(Entry::refusals)
                .extracting(refusal -> refusal.counts())
                .containsExactly(Map.of(Reason.DAY, 2), Map.of(Reason.DAY, 4));
        assertThat(allowance.of("rick").left()).isEqualTo(3);
        admission.close();
    }

    @Test
    void whatIsOlderThanTheUsersReadingsAreKeptIsRefusedAndDoesNotCount() {
        long eightDays = Duration.ofDays(8).toMillis();
        accounts.limits().set("rick", Map.of(Limit.KEEP, OptionalLong.of(eightDays)));
        Admission admission = new Admission(accounts.sensors()::admit);
        admission.admits(new SeriesName("rick", "01", "light"));
        Clock later = Clock.offset(clock, Duration.ofDays(8).minusSeconds(1));
        Allowance then = new Allowance(accounts.dailyReadings(), later);
        then.of("rick");
        then.tell();
        Sorting sorting = new Sorting(
                new Decoder(Duration.ZERO, later), new StatusDecoder(later), admission, then, new Departed());

        Sorting.Sorted sorted =
                sorting.sort(List.of(array(4))); // 1 s younger than the limit, at it, and two older ones

        assertThat(sorted.byUser()).isEqualTo(Map.of("rick", 2L));
        assertThat(sorted.entries())
                .flatExtracting(Entry::refusals)
                .allSatisfy(
                        refusal -> assertThat(refusal.text()).contains("the 192 h that readings of 'rick' are kept"))
                .extracting(refusal -> refusal.counts())
                .containsExactly(Map.of(Reason.TIME, 1), Map.of(Reason.TIME, 1));
        admission.close();
    }

    /** It has no stamp, so that the clock is asked, which fails. */
    @Test
    void aMessageThatBringsOutAFaultIsRefusedAndTheOthersGoOn() {
        Admission admission = new Admission(accounts.sensors()::admit);
        admission.admits(new SeriesName("rick", "01", "light"));
        Clock failing = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                throw new IllegalStateException("no time");
            }
        };
        Sorting sorting = new Sorting(
                new Decoder(Duration.ZERO, failing), new StatusDecoder(clock), admission, allowance, new Departed());
        Message unstamped = new Message(
                "plantbuddy/rick/01/light",
                "36".getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Sorting.Sorted sorted = sorting.sort(List.of(array(2), arrived(unstamped), array(3)));
        assertThat(sorted.readings()).hasSize(5);
        assertThat(sorted.byUser()).isEqualTo(Map.of("rick", 5L));
        assertThat(sorted.done()).hasSize(2);
        assertThat(sorted.entries())
                .flatExtracting(Entry::refusals)
                .extracting(refusal -> refusal.counts())
                .containsExactly(Map.of(Reason.NOT_UNDERSTOOD, 1));
        admission.close();
    }

    private static Arrived array(int readings) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < readings; i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"reading\":1,\"time\":")
                    .append(NOON.getEpochSecond() - i)
                    .append('}');
        }
        Message message = new Message(
                "plantbuddy/rick/01/light",
                text.append(']').toString().getBytes(StandardCharsets.UTF_8),
                Optional.of(NOON.getEpochSecond() * 1_000_000_000L),
                Optional.empty(),
                Optional.empty());
        return arrived(message);
    }

    private static Arrived arrived(Message message) {
        InFlight connection = new InFlight(new Nowhere());
        return new Arrived(message, new FakeDelivery(connection, message.topic(), message.payload(), 1, Map.of()));
    }

    private static final class Nowhere implements InFlight.Acknowledger {

        @Override
        public void gather(int acknowledgements) {}

        @Override
        public void acknowledge(int packetId, int qos) {}
    }
}
