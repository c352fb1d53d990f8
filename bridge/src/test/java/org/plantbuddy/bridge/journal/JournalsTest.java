package org.plantbuddy.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class JournalsTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Reading READING = new Reading(new SeriesName("rick", "01", "light"), 1_000, 36, 5_000);

    @TempDir
    Path data;

    private Journals journals() {
        return new Journals(data, 1L << 30, Clock.systemUTC());
    }

    /** What is to be drained when it was looked at twice, as a loop does. */
    private static Optional<Journals.Owned> abandoned(Journals journals) {
        Optional<Journals.Owned> first = journals.abandoned(Duration.ZERO);
        return first.isPresent() ? first : journals.abandoned(Duration.ZERO);
    }

    @Test
    void eachBridgeTakesTheFirstNumberThatNobodyHas() {
        Journals.Owned one = journals().firstFree();
        try (Journal two = journals().firstFree().journal()) {
            assertThat(one.bridge()).isEqualTo("bridge-1");
            one.journal().close();
            Journals.Owned again = journals().firstFree();
            Journals.Owned three = journals().firstFree();
            assertThat(List.of(again.bridge(), three.bridge())).containsExactly("bridge-1", "bridge-3");
            again.journal().close();
            three.journal().close();
            assertThat(two.depth()).isZero();
        }
    }

    @Test
    void whoComesBackGoesOnWithWhatItLeft() {
        try (Journal left = journals().firstFree().journal()) {
            left.append(List.of(READING));
        }
        try (Journal again = journals().firstFree().journal()) {
            assertThat(again.depth()).isOne();
        }
    }

    @Test
    void onlyAJournalThatNobodyHasIsAbandoned() throws Exception {
        Journals.Owned lives = journals().firstFree();
        lives.journal().append(List.of(READING));
        Journals others = journals();
        assertThat(abandoned(others)).isEmpty();

        lives.journal().close();
        Optional<Journals.Owned> found = abandoned(others);
        assertThat(found).map(Journals.Owned::bridge).contains("bridge-1");
        Journal journal = found.orElseThrow().journal();
        assertThat(journal.next(10, Duration.ZERO).orElseThrow().readings()).containsExactly(READING);
        journal.close();
    }

    @Test
    void aJournalWhoseBridgeIsBackWithinTheGraceIsLeftToIt() {
        journals().firstFree().journal().close();
        Journals others = journals();
        assertThat(others.abandoned(Duration.ofHours(1))).isEmpty();
        try (Journal back = journals().firstFree().journal()) {
            back.append(List.of(READING));
            assertThat(abandoned(others)).isEmpty();
        }
        assertThat(others.abandoned(Duration.ofHours(1)))
                .as("free for a moment only")
                .isEmpty();
        assertThat(others.abandoned(Duration.ofHours(1))).isEmpty();
    }

    @Test
    void anEmptyJournalIsOpenedOnceAndAgainOnlyWhenSomebodyHadIt() throws Exception {
        journals().firstFree().journal().close();
        Journals others = journals();
        assertThat(abandoned(others)).isEmpty();
        Path file = data.resolve("journal-bridge-1").resolve("journal.db");
        Files.delete(file); // whoever opens it makes it anew
        Files.createFile(file);
        assertThat(abandoned(others)).isEmpty();
        assertThat(file).isEmptyFile();
        assertThat(abandoned(journals())).isEmpty();
        assertThat(file).isNotEmptyFile();
        assertThat(abandoned(others)).as("a look of another changes nothing").isEmpty();

        try (Journal used = journals().firstFree().journal()) {
            used.append(List.of(READING));
        }
        assertThat(abandoned(others))
                .isPresent()
                .get()
                .satisfies(found -> found.journal().close());
    }

    @Test
    void aJournalThatCannotBeOpenedDoesNotKeepTheOthersFromTheirTurn() throws Exception {
        for (String bridge : List.of("a", "b", "c")) {
            try (Journal journal = journals().named(bridge, Duration.ZERO).journal()) {
                journal.append(List.of(READING));
            }
        }
        for (String broken : List.of("journal-a", "journal-c")) {
            Files.delete(data.resolve(broken).resolve("journal.db"));
            Files.createDirectory(data.resolve(broken).resolve("journal.db"));
        }
        Optional<Journals.Owned> found = abandoned(journals());
        assertThat(found).map(Journals.Owned::bridge).contains("b");
        found.orElseThrow().journal().close();
    }

    @Test
    void aJournalThatCannotBeOpenedIsToldUntilItIsAwayOrOpened() throws Exception {
        journals().named("a", Duration.ZERO).journal().close();
        Path file = data.resolve("journal-a").resolve("journal.db");
        Path aside = data.resolve("aside");
        Files.move(file, aside);
        Files.createDirectory(file);
        Journals others = journals();
        assertThat(others.unopened()).isEmpty();
        for (int look = 0; look < 3; look++) {
            assertThat(abandoned(others)).isEmpty();
            assertThat(others.unopened().orElseThrow()).contains("journal-a");
        }
        Files.delete(file);
        assertThat(abandoned(others)).isEmpty();
        assertThat(others.unopened()).isEmpty();

        Files.createDirectory(file);
        assertThat(abandoned(others)).isEmpty();
        assertThat(others.unopened()).isPresent();
        Files.delete(file);
        Files.move(aside, file);
        assertThat(abandoned(others)).isEmpty();
        assertThat(others.unopened()).isEmpty();
    }

    @Test
    void aNamedBridgeWaitsForItsJournalOnlySoLong() {
        try (Journal held = journals().named("greenhouse", Duration.ZERO).journal()) {
            assertThat(held.depth()).isZero();
            assertThatThrownBy(() -> journals().named("greenhouse", Duration.ofMillis(1)))
                    .isInstanceOf(JournalUnavailableException.class)
                    .hasMessageContaining("PLANTBUDDY_BRIDGE_CLIENT_ID");
        }
    }

    @Test
    void aNamedBridgeTakesItsJournalOnceItIsGivenBack() throws Exception {
        FutureTask<Journals.Owned> named = new FutureTask<>(() -> journals().named("greenhouse", LONG));
        Thread waiting = new Thread(named);
        try (Journal held = journals().named("greenhouse", Duration.ZERO).journal()) {
            held.append(List.of(READING));
            waiting.start();
            await().atMost(LONG).until(() -> named.isDone() || waiting.getState() == Thread.State.TIMED_WAITING);
            assertThat(named.isDone()).isFalse();
        }
        Journals.Owned own = named.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(own.bridge()).isEqualTo("greenhouse");
        assertThat(own.journal().depth()).isOne();
        own.journal().close();
    }
}
