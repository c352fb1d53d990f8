package org.plantbuddy.bridge.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.bridge.journal.Journal;
import org.plantbuddy.bridge.journal.Journals;
import org.plantbuddy.bridge.refused.Refusals;
import org.plantbuddy.bridge.removal.Departed;
import org.plantbuddy.config.Secret;
import org.plantbuddy.influx.InfluxAddress;
import org.plantbuddy.mqtt.Outcome;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class LeftBehindTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path data;

    private final long now = Instant.now().getEpochSecond() * 1_000_000_000;
    private final List<Reading> left = IntStream.range(0, 100)
            .mapToObj(i -> new Reading(new SeriesName("rick", "01", "light"), now + i, i, now))
            .toList();

    private Journals journals() {
        return new Journals(data, 1L << 30, Clock.systemUTC());
    }

    @SuppressWarnings("NullAway") // a future of nothing
    private InfluxWriter writer(Journals.Owned owned, FaultyInflux influx, Accounts accounts) {
        Refusals refusals = new Refusals(
                accounts.refusedReadings(),
                (topic, payload, retained, properties) -> CompletableFuture.completedFuture(new Outcome.Acknowledged()),
                new SimpleMeterRegistry(),
                Clock.systemUTC());
        return InfluxWriter.start(
                owned.journal(),
                new Departed(),
                new InfluxAddress(influx.url(), "plantbuddy", new Secret("t")),
                owned.bridge(),
                refusals,
                new SimpleMeterRegistry(),
                Clock.systemUTC());
    }

    @Test
    void aJournalIsGivenBackWhileInfluxdbTakesNothingAndStoredWhenItDoes() throws Exception {
        try (Journal gone = journals().named("greenhouse", Duration.ZERO).journal()) {
            gone.append(left);
        }
        List<String> emptied = new CopyOnWriteArrayList<>();
        try (FaultyInflux influx = new FaultyInflux();
                Accounts accounts = Accounts.openFile(data.resolve("plantbuddy.db"), Clock.systemUTC())) {
            Stream.generate(() -> FaultyInflux.Answer.of(503)).limit(1_000).forEach(influx.faults::add);
            try (LeftBehind behind = LeftBehind.start(
                    journals(),
                    owned -> writer(owned, influx, accounts),
                    emptied::add,
                    Optional::empty,
                    Duration.ZERO)) {
                assertThat(behind).isNotNull();
                await().atMost(SOON).until(() -> !influx.encodings.isEmpty());
                try (Journal back = journals()
                        .named("greenhouse", LeftBehind.GIVEN_BACK_WITHIN)
                        .journal()) {
                    assertThat(back.depth()).isEqualTo(left.size());
                }
                assertThat(emptied).isEmpty();
                influx.faults.clear();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(influx.stored).isEqualTo(InfluxWriterTest.lines(left)));
                await().atMost(SOON).until(() -> emptied.equals(List.of("greenhouse")));
            }
        }
        try (Journal back = journals().named("greenhouse", Duration.ZERO).journal()) {
            assertThat(back.depth()).isZero();
        }
    }
}
