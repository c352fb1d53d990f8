package org.plantbuddy.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class JournalTest {

    private static final SeriesName SERIES = new SeriesName("rick", "01", "light");
    private static final long LARGE = 1L << 30;
    private static final Duration NO_WAIT = Duration.ZERO;

    @TempDir
    Path folder;

    private Journal open(long maxBytes) {
        return Journal.open(folder, maxBytes, Clock.systemUTC());
    }

    private static List<Reading> readings(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Reading(SERIES, 1_000L + i, i, 5_000L + i))
                .toList();
    }

    private static List<Reading> rest(Journal journal) throws InterruptedException {
        List<Reading> all = new ArrayList<>();
        for (Optional<Batch> batch = journal.next(5_000, NO_WAIT);
                batch.isPresent();
                batch = journal.next(5_000, NO_WAIT)) {
            all.addAll(batch.get().readings());
        }
        return all;
    }

    /** A copy of the files as a crash would leave them. */
    private Path crashed() throws IOException {
        Path copy = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-crashed"));
        for (String name : List.of("journal.db", "journal.db-wal")) {
            if (Files.exists(folder.resolve(name))) {
                Files.copy(folder.resolve(name), copy.resolve(name));
            }
        }
        return copy;
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 0x10);
        }
    }

    @Test
    void readingsComeOutInTheOrderTheyWentIn() throws Exception {
        try (Journal journal = open(LARGE)) {
            journal.append(readings(0, 3));
            journal.append(readings(3, 12_000));
            assertThat(journal.depth()).isEqualTo(12_003);
            assertThat(rest(journal)).isEqualTo(readings(0, 12_003));
        }
    }

    @Test
    void takesNothingWhileItsDiskHasTooLittleRoomAndGivesWhatItHas() throws Exception {
        AtomicReference<Optional<String>> tooLittleRoom = new AtomicReference<>(Optional.empty());
        try (Journal journal = open(LARGE)) {
            journal.refuseWhen(tooLittleRoom::get);
            journal.append(readings(0, 3));
            tooLittleRoom.set(Optional.of("the disk has 1 MB free"));
            assertThatThrownBy(() -> journal.append(readings(3, 3)))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessageContaining("takes no more: the disk has 1 MB free");
            assertThat(journal.problem()).contains("the disk has 1 MB free");
            assertThat(rest(journal)).isEqualTo(readings(0, 3));
            tooLittleRoom.set(Optional.empty());
            journal.append(readings(3, 3));
            assertThat(journal.problem()).isEmpty();
            assertThat(rest(journal)).isEqualTo(readings(3, 3));
        }
    }

    @Test
    void batchHoldsNoMoreThanAsked() throws Exception {
        try (Journal journal = open(LARGE)) {
            for (int i = 0; i < 100; i++) {
                journal.append(readings(i * 10, 10));
            }
            assertThat(journal.next(55, NO_WAIT).orElseThrow().readings()).isEqualTo(readings(0, 50));
        }
    }

    @Test
    void whatWasNotRemovedIsHandedOutAgainByTheNextProcess() throws Exception {
        try (Journal journal = open(LARGE)) {
            journal.append(readings(0, 10));
            journal.append(readings(10, 10));
            journal.remove(journal.next(10, NO_WAIT).orElseThrow());
            assertThat(journal.next(10, NO_WAIT)).isPresent();
        }
        try (Journal journal = open(LARGE)) {
            assertThat(journal.depth()).isEqualTo(10);
            assertThat(rest(journal)).isEqualTo(readings(10, 10));
        }
    }

    @Test
    void emptiedJournalTakesUpWhereItWas() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Journal journal = open(LARGE)) {
                journal.append(readings(round, 1));
                Batch batch = journal.next(10, NO_WAIT).orElseThrow();
                assertThat(batch.readings()).isEqualTo(readings(round, 1));
                journal.remove(batch);
                assertThat(journal.next(10, NO_WAIT)).isEmpty();
                assertThat(journal.depth()).isZero();
                assertThat(journal.age()).isZero();
            }
        }
    }

    @Test
    void fullJournalRefusesUntilReadingsLeave() throws Exception {
        try (Journal journal = open(400_000)) {
            int taken = 0;
            try {
                while (taken < 1_000_000) {
                    journal.append(readings(taken, 100));
                    taken += 100;
                }
            } catch (JournalUnavailableException e) {
                assertThat(e).hasMessageContaining("is full").hasMessageContaining("PLANTBUDDY_JOURNAL_MAX_BYTES");
            }
            assertThat(taken).isBetween(1_000, 100_000);
            assertThat(journal.problem()).isPresent();
            assertThat(journal.bytes()).isLessThanOrEqualTo(400_000);
            Batch first = journal.next(1_000, NO_WAIT).orElseThrow();
            assertThat(first.readings()).isEqualTo(readings(0, 1_000));
            journal.remove(first);
            journal.append(readings(taken, 100));
            assertThat(journal.problem()).isEmpty();
            assertThat(rest(journal)).isEqualTo(readings(1_000, taken - 900));
        }
    }

    @Test
    void secondProcessIsKeptOut() {
        Journal first = open(LARGE);
        assertThatThrownBy(() -> open(LARGE))
                .isInstanceOf(JournalUnavailableException.class)
                .hasMessageContaining("PLANTBUDDY_BRIDGE_CLIENT_ID");
        first.close();
        open(LARGE).close();
    }

    @Test
    void flippedBitInAGroupCostsThisGroupOnlyAndIsCounted() throws Exception {
        try (Journal journal = open(LARGE)) {
            for (int i = 0; i < 3; i++) {
                journal.append(readings(i * 10, 10));
            }
        }
        change("UPDATE journal SET data = CAST(replace(data, X'6C69676874', X'6C69676875') AS BLOB) WHERE seq = 2");
        try (Journal journal = open(LARGE)) {
            List<Reading> expected = new ArrayList<>(readings(0, 10));
            expected.addAll(readings(20, 10));
            assertThat(rest(journal)).isEqualTo(expected);
            assertThat(journal.damages()).isEqualTo(1);
        }
        try (Journal journal = open(LARGE)) {
            assertThat(journal.damages()).isEqualTo(1);
        }
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("journal.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
        }
    }

    /** Does something right after a query, once. */
    private static final class Interrupted extends Store {

        private final AtomicReference<Runnable> next;

        Interrupted(Opening opening, AtomicReference<Runnable> next) throws SQLException {
            super(opening);
            this.next = next;
        }

        @Override
        synchronized <T> T call(Work<T> work) throws SQLException {
            T result = super.call(work);
            next.getAndSet(() -> {}).run();
            return result;
        }
    }

    @Test
    void whatIsCommittedWhileTheReaderFindsThatASalvageLostTheNewestIsHandedOut() throws Exception {
        AtomicReference<Runnable> afterQuery = new AtomicReference<>(() -> {});
        try (Journal journal = Journal.openFree(
                        folder, LARGE, Clock.systemUTC(), opening -> new Interrupted(opening, afterQuery))
                .orElseThrow()) {
            journal.append(readings(0, 10));
            change("DELETE FROM journal"); // as a salvage that could not read the newest page
            afterQuery.set(() -> journal.append(readings(10, 10)));
            assertThat(journal.next(100, NO_WAIT)).isEmpty();
            assertThat(rest(journal)).isEqualTo(readings(10, 10));
        }
    }

    @Test
    void damagedPageCostsWhatIsOnItAndTheFileIsKept() throws Exception {
        try (Journal journal = open(LARGE)) {
            for (int i = 0; i < 300; i++) {
                journal.append(readings(i * 10, 10));
            }
        }
        Path file = folder.resolve("journal.db");
        for (long at = 20 * 4_096; at < 20 * 4_096 + 12; at++) {
            flip(file, at);
        }
        try (Journal journal = open(LARGE)) {
            List<Reading> saved = rest(journal);
            assertThat(saved).hasSizeBetween(2_500, 2_999).doesNotHaveDuplicates();
            assertThat(journal.damages()).isPositive();
            journal.append(readings(9_000, 1));
            assertThat(rest(journal)).isEqualTo(readings(9_000, 1));
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> String.valueOf(path.getFileName())))
                    .anyMatch(name -> name.startsWith("damaged-"));
        }
    }

    @Test
    void fileThatIsNoDatabaseIsKeptAndTheBridgeStarts() throws Exception {
        Files.writeString(folder.resolve("journal.db"), "not a database ".repeat(1_000));
        try (Journal journal = open(LARGE)) {
            assertThat(journal.damages()).isEqualTo(1);
            journal.append(readings(0, 1));
            assertThat(rest(journal)).hasSize(1);
        }
    }

    @Test
    void tornEndOfTheLogCostsNothingThatWasComplete() throws Exception {
        try (Journal journal = open(LARGE)) {
            journal.append(readings(0, 10));
            long complete = Files.size(folder.resolve("journal.db-wal"));
            journal.append(readings(10, 1_000));
            Path copy = crashed();
            long torn = (complete + Files.size(copy.resolve("journal.db-wal"))) / 2;
            try (RandomAccessFile log =
                    new RandomAccessFile(copy.resolve("journal.db-wal").toFile(), "rw")) {
                log.setLength(torn);
            }
            try (Journal recovered = Journal.open(copy, LARGE, Clock.systemUTC())) {
                assertThat(rest(recovered)).isEqualTo(readings(0, 10));
                assertThat(recovered.damages()).isZero();
            }
        }
    }

    @Test
    void damageInsideTheLogIsNotTakenForItsEnd() throws Exception {
        try (Journal journal = open(LARGE)) {
            for (int i = 0; i < 20; i++) {
                journal.append(readings(i * 10, 10));
            }
            Path copy = crashed();
            flip(copy.resolve("journal.db-wal"), Files.size(copy.resolve("journal.db-wal")) / 2);
            try (Journal recovered = Journal.open(copy, LARGE, Clock.systemUTC())) {
                assertThat(recovered.damages()).isEqualTo(1);
                List<Reading> left = rest(recovered);
                assertThat(left).isEqualTo(readings(0, left.size()));
            }
        }
    }

    @Test
    void soundLogIsNotTakenForDamaged() throws Exception {
        try (Journal journal = open(LARGE)) {
            for (int i = 0; i < 2_000; i++) {
                journal.append(readings(i, 1));
                if (i % 100 == 99) {
                    journal.remove(journal.next(100, NO_WAIT).orElseThrow());
                }
                if (i % 500 == 250) {
                    Path copy = crashed();
                    assertThat(WalCheck.of(copy.resolve("journal.db-wal")).damaged())
                            .isFalse();
                    Files.delete(copy.resolve("journal.db"));
                    Files.delete(copy.resolve("journal.db-wal"));
                }
            }
        }
    }
}
