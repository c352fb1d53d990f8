package org.plantbuddy.bridge.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.plantbuddy.reading.Reading;
import org.plantbuddy.topic.SeriesName;

class LateMarksTest {

    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private final LateMarks marks = new LateMarks("bridge-1");

    @Test
    void readingThatWasStoredSoonIsNotLate() {
        assertThat(marks.of(List.of(at(NOON.minusSeconds(15)), at(NOON.plusSeconds(60))), NOON))
                .isEmpty();
    }

    @Test
    void readingTheCheckMayHaveLookedPastMarksItsBoard() {
        assertThat(marks.of(List.of(at(NOON.minusSeconds(16)), at(NOON)), NOON))
                .singleElement()
                .asString()
                .startsWith("late,bridge=bridge-1,device_id=01,user=rick from="
                        + NOON.minusSeconds(16).getEpochSecond() + "000000000i,until=")
                .endsWith(" " + NOON.getEpochSecond() + "000000000");
    }

    @Test
    void readingsAreLateByTheClockBeforeItWasSteppedBack() {
        marks.of(List.of(at(NOON)), NOON);
        Instant stepped = NOON.minusSeconds(60);

        assertThat(marks.of(List.of(at(stepped)), stepped)).hasSize(1);
        assertThat(marks.of(List.of(at(NOON.plusSeconds(1))), NOON.plusSeconds(1)))
                .isEmpty();
    }

    @Test
    void clockThatWasWrongByADayIsForgotten() {
        marks.of(List.of(at(NOON)), NOON.plusSeconds(86_400));

        assertThat(marks.of(List.of(at(NOON)), NOON)).isEmpty();
    }

    private static Reading at(Instant time) {
        long ns = time.getEpochSecond() * 1_000_000_000;
        return new Reading(new SeriesName("rick", "01", "light"), ns, 1, ns);
    }
}
