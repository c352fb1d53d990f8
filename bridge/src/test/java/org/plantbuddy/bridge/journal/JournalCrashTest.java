package org.plantbuddy.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class JournalCrashTest {

    private static final int KILLS = 5;

    @TempDir
    Path folder;

    private Process start(String limits) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "bash",
                        "-c",
                        limits + "exec \"$0\" \"$@\"",
                        java,
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectErrorStream(false)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void everythingAppendReturnedForIsThereAfterKill9() throws Exception {
        int promised = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start("");
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String line = out.readLine(); // it runs
                TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(300));
                process.toHandle().destroyForcibly(); // leaves what it printed readable
                for (; line != null; line = out.readLine()) {
                    promised =
                            line.matches("\\d+;") ? Integer.parseInt(line.substring(0, line.length() - 1)) : promised;
                }
            }
            process.waitFor();
            assertThat(stored()).as("promised " + promised).hasSizeGreaterThanOrEqualTo(promised);
        }
        assertThat(promised).isPositive();
    }

    @Test
    void failingDiskIsToldAndKeepsWhatWasPromised() throws Exception {
        Process process = start("ulimit -f 2500; ");
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().forEach(lines::add);
        }
        assertThat(process.waitFor()).isEqualTo(3);
        String last = lines.get(lines.size() - 1);
        assertThat(last).startsWith("unavailable ");
        int promised = Integer.parseInt(lines.get(lines.size() - 2).replace(";", ""));
        assertThat(stored()).hasSizeGreaterThanOrEqualTo(promised);
    }

    /** What is in the journal, which must be 0, 1, 2, … without a gap. */
    private List<Double> stored() throws InterruptedException {
        List<Double> values = new ArrayList<>();
        try (Journal journal = Journal.open(folder, 1L << 30, Clock.systemUTC())) {
            assertThat(journal.damages()).isZero();
            for (Optional<Batch> batch = journal.next(5_000, Duration.ZERO);
                    batch.isPresent();
                    batch = journal.next(5_000, Duration.ZERO)) {
                batch.get().readings().forEach(reading -> values.add(reading.value()));
            }
        }
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).isEqualTo(i);
        }
        return values;
    }

    /** Appends readings numbered from where the journal ends, and says after each append how many are safe. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            SeriesName series = new SeriesName("rick", "01", "light");
            try (Journal journal = Journal.open(Path.of(arguments[0]), 1L << 30, Clock.systemUTC())) {
                int next = Math.toIntExact(journal.depth());
                while (true) {
                    int count = 1 + ThreadLocalRandom.current().nextInt(200);
                    List<Reading> group = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        group.add(new Reading(series, next, next++, 0));
                    }
                    journal.append(group);
                    System.out.println(next + ";");
                }
            } catch (JournalUnavailableException e) {
                System.out.println("unavailable " + e.getMessage());
                System.exit(3);
            }
        }
    }
}
