package org.plantbuddy.web.series;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.plantbuddy.flux.LineQuery;

class LineBuilderTest {

    private static final double NONE = Double.NaN;
    private final LineBuilder line = new LineBuilder("01", "light");

    @Test
    void lineIsOfWindowsAndThenOfReadings() {
        window(0, 3, 1, 7.5);
        window(600, 4.333333, 4, 5);
        line.take("readings", "reading", 1200.25, "6.5");
        line.take("readings", "reading", 1260, "5");
        Series series = line.series(LineQuery.WINDOW);
        assertThat(series.times()).containsExactly(0, 600, 1200.25, 1260);
        assertThat(series.values()).as("a digit more than readings have").containsExactly(3, 4.33, 6.5, 5);
        assertThat(series.min()).containsExactly(1, 4, 6.5, 5);
        assertThat(series.max()).containsExactly(7.5, 5, 6.5, 5);
        assertThat(series.lowest()).isEqualTo(1);
        assertThat(series.lowestAt()).isEqualTo(0);
        assertThat(series.highest()).isEqualTo(7.5);
        assertThat(series.highestAt()).isEqualTo(0);
        assertThat(series.mean()).isEqualTo(4.71);
    }

    @Test
    void newestWindowsAndReadingsAreMergedIntoStepsAndStepsThatAreThereStay() {
        line.take("steps_mean", "reading", 0, "10");
        line.take("steps_min", "reading_min", 0, "1");
        line.take("steps_max", "reading_max", 0, "20");
        window(3600, 4, 3, 5);
        window(4200, 8, 2, 9);
        line.take("readings", "reading", 7200, "6");
        line.take("readings", "reading", 7260, "12");
        Series series = line.series(Duration.ofHours(1));
        assertThat(series.times()).containsExactly(0, 3600, 7200);
        assertThat(series.values()).containsExactly(10, 6, 9);
        assertThat(series.min()).containsExactly(1, 2, 6);
        assertThat(series.max()).containsExactly(20, 9, 12);
    }

    @Test
    void silenceIsAPointWithoutAValue() {
        for (int i = 0; i < 20; i++) {
            line.take("readings", "reading", (i < 10 ? 0 : 3600) + i * 60, "1");
        }
        Series series = line.series(Duration.ZERO);
        assertThat(series.times()).hasSize(21).contains(541);
        assertThat(series.values()[10]).isNaN();
        assertThat(series.min()[10]).isNaN();
        assertThat(series.mean()).isEqualTo(1);
    }

    @Test
    void boardThatSendsSeldomIsNotSilentInBetween() {
        for (int i = 0; i < 20; i++) {
            window(i * 3600, 1, 1, 1);
        }
        assertThat(line.series(LineQuery.WINDOW).times()).hasSize(20);
    }

    @Test
    void missingDayIsAGap() {
        for (int i = 0; i < 9; i++) {
            line.take("steps_mean", "reading", (i < 5 ? i : i + 1) * 86_400.0, "1");
        }
        Series series = line.series(Duration.ofDays(1));
        assertThat(series.times()).hasSize(10).contains(5 * 86_400.0);
        assertThat(series.values()[5]).isNaN();
    }

    @Test
    void readingsWithinSecondsAreOnePointThatHasTheirExtremes() {
        for (int i = 0; i <= 30; i++) {
            line.take("readings", "reading", i, Integer.toString(i == 3 ? 99 : i));
        }
        Series series = line.series(LineQuery.WINDOW);
        assertThat(series.times()).containsExactly(14, 29, 30);
        assertThat(series.values()).containsExactly(14, 29, 30);
        assertThat(series.min()).containsExactly(0, 15, 30);
        assertThat(series.max()).containsExactly(99, 29, 30);
    }

    @Test
    void pastIsTakenOverWithoutItsGaps() {
        window(600, 2.55, 2.5, 2.6);
        window(60_000, 3, 3, 3);
        Series before = line.series(LineQuery.WINDOW);
        assertThat(before.times()).hasSize(3);
        LineBuilder next = new LineBuilder("01", "light");
        next.take(before, 600, 60_000);
        next.take("windows", "reading", 60_000, "4.123");
        Series after = next.series(LineQuery.WINDOW);
        assertThat(after.times()).isEqualTo(before.times());
        assertThat(after.values()).containsExactly(2.55, NONE, 4.12);
        assertThat(after.min()[2]).as("of a window without one").isNaN();
        assertThat(after.lowest()).isEqualTo(2.5);
    }

    @Test
    void afterAMomentComesNoGapFirst() {
        window(0, 1, 1, 1);
        window(60_000, 2, 2, 2);
        Series series = line.series(LineQuery.WINDOW);
        assertThat(series.after(0).orElseThrow().times()).containsExactly(60_000);
        assertThat(series.after(60_000)).isEqualTo(Optional.empty());
    }

    @Test
    void jsonHasShortNumbersAndNullWhereThereIsNone() throws JsonProcessingException {
        window(0, 21.5, 21, 22);
        window(1_764_230_400, 1e300, 1, 1);
        assertThat(new ObjectMapper().writeValueAsString(line.series(LineQuery.WINDOW)))
                .contains("\"times\":[0,600,1764230400]")
                .contains("\"values\":[21.5,null,1.0E300]")
                .contains("\"lowest\":1.0")
                .doesNotContain("\"min\"")
                .contains("\"device\":\"01\"");
        assertThat(new ObjectMapper()
                        .writeValueAsString(line.series(LineQuery.WINDOW).withBand()))
                .contains("\"min\":[21,null,1]")
                .contains("\"max\":[22,null,1]");
    }

    private void window(double time, double mean, double min, double max) {
        line.take("windows", "reading", time, Double.toString(mean));
        line.take("windows_min", "reading_min", time, text(min));
        line.take("windows", "reading_max", time, text(max));
    }

    /** InfluxDB writes no digits that say nothing. */
    private static String text(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
