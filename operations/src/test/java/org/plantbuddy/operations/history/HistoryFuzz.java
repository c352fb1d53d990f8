package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.plantbuddy.flux.export.UserExport;
import org.plantbuddy.testing.Tried;
import org.plantbuddy.topic.SeriesName;

/**
 * Whatever file is imported, a line is a reading of its user or told as bad: what goes to InfluxDB is one line and says
 * the same when it is read again.
 */
class HistoryFuzz {

    private static final Tried TRIED = new Tried("imports");
    private static final String USER = "rick";
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final long YEAR = 365L * 24 * 3_600 * 1_000_000_000;
    private static final int LONGEST_REASON = 1_500;

    @FuzzTest
    void everyLineIsAReadingOfItsUserOrTold(byte[] content) throws IOException {
        TRIED.one();
        Judge judge = new Judge();
        try {
            HistoryFile.read(new ByteArrayInputStream(content), UserExport.READINGS, judge, bytes -> {});
        } catch (ImportRefusedException e) {
            assertTold(String.valueOf(e.getMessage()));
            return;
        }
        Optional<Stretch> main = judge.days.main(NOW);
        assertThat(main.isPresent()).isEqualTo(judge.readings > 0);
        assertThat(main.map(Stretch::readings).orElse(0L)).isLessThanOrEqualTo(judge.readings);
    }

    private static void assertTold(String reason) {
        assertThat(reason).isNotBlank().hasSizeLessThan(LONGEST_REASON).doesNotContainPattern("\\p{Cntrl}");
    }

    private static final class Judge implements HistoryFile.Lines {

        private final Stretch.Days days = new Stretch.Days();
        private final Tally tally = new Tally(new HashSet<>());
        private long readings;
        private long number;

        @Override
        public void line(long number, String text) {
            assertRising(number);
            try {
                HistoricalReading reading = HistoricalReading.of(text, USER);
                readings++;
                days.add(reading.nanos());
                tally.stored(reading);
                assertKept(reading);
                assertKept(reading.shiftedBy(YEAR));
            } catch (BadLineException e) {
                assertTold(e.reason());
            }
        }

        /** What goes to InfluxDB is read anew, by what reads files. */
        private static void assertKept(HistoricalReading reading) throws BadLineException {
            assertThat(reading.series().user()).isEqualTo(USER);
            assertThat(reading.value()).isFinite();
            String line = reading.toLine();
            assertThat(line)
                    .doesNotContain("\n", "\r")
                    .startsWith(reading.series().sensor() + ",");
            LineProtocol parts = LineProtocol.parse(line);
            assertThat(parts.time()).hasValue(reading.nanos());
            assertThat(new SeriesName(
                            parts.tags().getOrDefault("user", ""),
                            parts.tags().getOrDefault("device_id", ""),
                            parts.measurement()))
                    .isEqualTo(reading.series());
            assertThat(parts.fields()).containsOnlyKeys("reading");
            assertThat(Double.parseDouble(parts.fields().getOrDefault("reading", "")))
                    .isEqualTo(reading.value());
            assertThat(parts.fields().getOrDefault("reading", "")).doesNotContain("i", "u");
            assertThat(parts.tags()).containsOnlyKeys("user", "device_id");
        }

        @Override
        public void unreadable(long number, String reason) {
            assertRising(number);
            assertTold(reason);
        }

        private void assertRising(long next) {
            assertThat(next).isGreaterThan(number);
            number = next;
        }
    }

    @AfterAll
    static void tell() {
        TRIED.tell();
    }
}
