package org.plantbuddy.bridge.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.RefusedReading;
import org.plantbuddy.bridge.influx.FaultyInflux.Answer;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.Influx;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.influx.Points;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class InfluxWriterTest {

    private static final SeriesName SERIES = new SeriesName("rick", "01", "light");
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final long now = Instant.now().getEpochSecond() * 1_000_000_000;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Accounts accounts;
    private FaultyInflux influx;
    private Journal journal;
    private InfluxWriter writer;

    @BeforeEach
    @SuppressWarnings("NullAway") // a future of nothing
    void start() throws IOException {
        accounts = Accounts.openFile(folder.resolve("plantbuddy.db"), Clock.systemUTC());
        accounts.users().add("rick", "correct horse");
        influx = new FaultyInflux();
        journal = Journal.open(folder.resolve("journal"), 1L << 30, Clock.systemUTC());
        Refusals refusals = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) -> {
                    told.add(topic);
                    return CompletableFuture.completedFuture(new Outcome.Acknowledged());
                },
                new SimpleMeterRegistry(),
                Clock.systemUTC());
        Influx client =
                new Influx(new InfluxAddress(influx.url(), "plantbuddy", new Secret("t")), Duration.ofSeconds(1));
        writer = InfluxWriter.start(
                journal, new Departed(), client, "b 1", refusals, new SimpleMeterRegistry(), Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        writer.close();
        journal.close();
        influx.close();
        accounts.close();
    }

    private List<Reading> readings(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Reading(SERIES, now + i, i, now))
                .toList();
    }

    static List<String> lines(List<Reading> readings) {
        return readings.stream()
                .map(reading -> Points.reading(reading.series(), reading.value(), reading.timeNs()))
                .toList();
    }

    private void awaitEmptyJournal() {
        await().atMost(SOON).untilAsserted(() -> assertThat(journal.depth()).isZero());
    }

    @Test
    void batchIsWrittenCompressedAndLeavesTheJournal() {
        journal.append(readings(12_000));
        awaitEmptyJournal();
        assertThat(influx.stored).isEqualTo(lines(readings(12_000)));
        assertThat(influx.encodings).hasSizeBetween(3, 4).allMatch("gzip"::equals);
        assertThat(influx.stored.get(36)).isEqualTo("light,device_id=01,user=rick reading=36.0 " + (now + 36));
    }

    @Test
    void ofTwoReadingsWithOneTimeTheOneTheBrokerTookLaterIsWrittenLast() {
        Reading corrected = new Reading(SERIES, now, 2, now + 1);
        Reading first = new Reading(SERIES, now, 1, now);
        journal.append(List.of(corrected, first));
        awaitEmptyJournal();
        assertThat(influx.stored).isEqualTo(lines(List.of(first, corrected)));
    }

    static Stream<Answer> passingFaults() {
        return Stream.of(
                Answer.of(500),
                Answer.of(502),
                Answer.of(503),
                Answer.of(401),
                Answer.of(403),
                Answer.of(404),
                Answer.of(429),
                Answer.of(0),
                Answer.of(-1),
                Answer.of(418),
                new Answer(200, Map.of("Content-Type", "text/html"), "<html>Welcome</html>"),
                new Answer(302, Map.of("Location", "/login"), ""),
                new Answer(400, Map.of("Content-Type", "text/html"), "<html>Bad Request</html>"),
                new Answer(503, Map.of("Retry-After", "1"), ""),
                new Answer(503, Map.of("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"), ""),
                new Answer(503, Map.of("Retry-After", "soon"), "{\"code\":"));
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void whatSaysNothingAboutThePointsIsTriedAgain(Answer fault) {
        influx.faults.add(fault);
        influx.faults.add(fault);
        journal.append(readings(10));
        await().atMost(SOON).untilAsserted(() -> assertThat(influx.stored).isEqualTo(lines(readings(10))));
        awaitEmptyJournal();
        assertThat(accounts.refusedReadings().newest("rick", 10)).isEmpty();
        await().atMost(SOON).untilAsserted(() -> assertThat(writer.problem()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("statusesOfBadPoints")
    void rejectedPointIsRefusedAndTheRestStored(int status) {
        influx.partialStatus = status;
        influx.unacceptable = line -> line.contains("reading=1234.0") || line.contains("reading=4999.0");
        journal.append(readings(5_000));
        awaitEmptyJournal();
        List<Reading> good = new ArrayList<>(readings(5_000));
        good.removeIf(reading -> reading.value() == 1234 || reading.value() == 4999);
        assertThat(influx.stored).containsAll(lines(good)).noneMatch(influx.unacceptable);
        assertThat(accounts.refusedReadings().newest("rick", 10))
                .hasSize(2)
                .extracting(RefusedReading::reason)
                .allMatch(reason -> reason.contains("dropped"));
        assertThat(told).containsOnly("plantbuddy/rick/rejected").hasSize(2);
    }

    static Stream<Integer> statusesOfBadPoints() {
        return Stream.of(400, 413, 422);
    }

    @Test
    void problemIsToldWhileInfluxDbDoesNotTakeWrites() {
        for (int i = 0; i < 6; i++) {
            influx.faults.add(
                    new Answer(401, Map.of(), "{\"code\":\"unauthorized\",\"message\":\"unauthorized access\"}"));
        }
        journal.append(readings(1));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(writer.problem().orElse("")).contains("401").contains("unauthorized access"));
        awaitEmptyJournal();
    }

    @Test
    void lateReadingsMarkTheirBoardOnce() {
        long late = now - 7_200_000_000_000L;
        long soon = now + 60_000_000_000L;
        journal.append(List.of(
                new Reading(SERIES, soon, 1, now),
                new Reading(SERIES, late, 2, now),
                new Reading(SERIES, late + 5, 3, now)));
        awaitEmptyJournal();
        assertThat(influx.marks)
                .singleElement()
                .asString()
                .startsWith("late,bridge=b_1,device_id=01,user=rick from=" + late + "i,until=" + (late + 6) + "i ");
    }
}
