package org.plantbuddy.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

/** A journal on a disk that is really full, which only root can make: it must become smaller again, whoever writes to it. */
class JournalDiskFullIT {

    private static final SeriesName SERIES = new SeriesName("rick", "01", "light");
    private static final long NO_BOUND = 10L << 30;
    private static final int GROUP = 100;

    @TempDir
    Path folder;

    @BeforeEach
    void mount() throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.toString()), "no rights to mount a disk");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", folder.toString());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    @RepeatedTest(5)
    void itEmptiesWhileReadingsKeepComing() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong appended = new AtomicLong();
        try (Journal journal = Journal.open(folder, NO_BOUND, Clock.systemUTC())) {
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread writer = new Thread(() -> appendUntil(stop, journal, appended), "append-" + i);
                writer.start();
                writers.add(writer);
            }
            awaitFull(journal);
            long handedOut = 0;
            for (int batches = 0; batches < 60; batches++) {
                handedOut += takeOne(journal);
            }
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (journal.depth() > 0 && System.nanoTime() < end) {
                handedOut += takeOne(journal);
            }
            assertThat(journal.depth()).isZero();
            assertThat(handedOut).as("readings that came out").isEqualTo(appended.get());
        }
    }

    private static void appendUntil(AtomicBoolean stop, Journal journal, AtomicLong appended) {
        List<Reading> group = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            group.add(new Reading(SERIES, 1_000L + i, i, 5_000L + i));
        }
        while (!stop.get()) {
            try {
                journal.append(group);
                appended.addAndGet(GROUP);
            } catch (JournalUnavailableException e) {
                Thread.onSpinWait(); // it is full, and tried again at once
            }
        }
    }

    private static void awaitFull(Journal journal) throws InterruptedException {
        while (journal.problem().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static long takeOne(Journal journal) throws InterruptedException {
        try {
            Optional<Batch> batch = journal.next(1_000, Duration.ofMillis(1));
            batch.ifPresent(journal::remove);
            return batch.map(taken -> taken.readings().size()).orElse(0);
        } catch (JournalUnavailableException e) {
            return 0; // as InfluxWriter does: again
        }
    }
}
