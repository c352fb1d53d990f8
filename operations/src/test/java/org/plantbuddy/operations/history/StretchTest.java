package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StretchTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final long LAST = nanos("2021-06-02T12:00:00Z");

    @Test
    void clockThatWasNotSetOrHadLostItsMindDoesNotCount() {
        Stretch stretch = main(
                nanos("2021-06-01T12:00:00Z"),
                LAST,
                nanos("2200-01-01T00:00:00Z"),
                nanos("1970-01-01T00:14:02Z"),
                -5,
                Long.MIN_VALUE + 1,
                Long.MAX_VALUE);
        assertThat(stretch.newest()).isEqualTo(LAST);
        assertThat(stretch.readings()).isEqualTo(2);
        assertThat(stretch.has(LAST)).isTrue();
        assertThat(stretch.has(LAST + 1)).isFalse();
        assertThat(stretch.has(0)).isFalse();
    }

    @Test
    void oneOfEachIsTheOneThatIsNotAhead() {
        assertThat(main(LAST, nanos("2200-01-01T00:00:00Z")).newest()).isEqualTo(LAST);
        assertThat(main(LAST, 0).newest()).isEqualTo(LAST);
    }

    @Test
    void winterWithoutReadingsIsNotFarOff() {
        Stretch stretch = main(nanos("2020-09-01T12:00:00Z"), nanos("2020-09-02T12:00:00Z"), LAST);
        assertThat(stretch.newest()).isEqualTo(LAST);
        assertThat(stretch.readings()).isEqualTo(3);
    }

    private static Stretch main(long... times) {
        Stretch.Days days = new Stretch.Days();
        for (long time : times) {
            days.add(time);
        }
        return days.main(NOW).orElseThrow();
    }

    private static long nanos(String time) {
        return Instant.parse(time).getEpochSecond() * 1_000_000_000;
    }
}
