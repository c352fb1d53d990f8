package org.plantbuddy.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentTimeTest {

    private static final long NOON = 1_795_521_600_000_000_000L;

    @ParameterizedTest
    @CsvSource({
        "1795521600, SECONDS, 0",
        "0001795521600, SECONDS, 0",
        "1795521600.5, MILLISECONDS, 500000000",
        "1795521600.500, MILLISECONDS, 500000000",
        "1795521600.5000, MICROSECONDS, 500000000",
        "1795521600.000001, MICROSECONDS, 1000",
        "1795521600.0000001, NANOSECONDS, 100",
        "1795521600.0000000019, NANOSECONDS, 1",
        "1795521600001, MILLISECONDS, 1000000",
        "1795521600001.5, MICROSECONDS, 1500000",
        "1795521600001.5555, NANOSECONDS, 1555500",
        "1795521600000001, MICROSECONDS, 1000",
        "1795521600000001.5, NANOSECONDS, 1500",
        "1795521600000000001, NANOSECONDS, 1",
        "2026-11-24T12:00:00Z, SECONDS, 0",
        "2026-11-24T12:00Z, SECONDS, 0",
        "2026-11-24t12:00:00.5z, MILLISECONDS, 500000000",
        "2026-11-24 13:00:00.001+01:00, MILLISECONDS, 1000000",
        "2026-11-24T13:00:00.0010+0100, MICROSECONDS, 1000000",
        "2026-11-24T07:30:00.000000-0430, MICROSECONDS, 0",
        "2026-11-24T13:00:00.000000001+01, NANOSECONDS, 1",
        "2026-11-24T13:00:00+0100, SECONDS, 0",
    })
    void unitIsTheCoarsestThatShowsAllDigits(String text, TimeUnit unit, long afterNoon) {
        assertThat(SentTime.of(text)).contains(new SentTime(NOON + afterNoon, unit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-11-24T12:00:00",
                "2026-11-24",
                "2026-11-2412:00",
                "2026-02-30T12:00:00Z",
                "2026-11-24T12:00:00+01000",
                "2026-11-24T12:00:00+2500",
                "99999999999999999999999",
                "+999999999-01-01T00:00:00Z",
                "1.79E9",
                "0x10"
            })
    void whatIsNoTimeIsNone(String text) {
        assertThat(SentTime.of(text)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SECONDS", "MILLISECONDS"})
    void differentValuesOfOneTimeLieApartBelowItsUnitAndTheSameOnesDoNot(TimeUnit unit) {
        SentTime time = new SentTime(NOON, unit);
        double[] values = {
            0,
            1,
            -1,
            36,
            36.5,
            36.51,
            -36,
            1_000,
            2_000,
            3_000,
            10_000,
            65_535,
            101_325,
            1e6,
            1e7,
            -1e7,
            21.537109,
            1e308,
            Double.MIN_VALUE,
            -127,
            0.1 + 0.2,
            0.3
        };
        assertThat(DoubleStream.of(values).mapToLong(time::of))
                .doesNotHaveDuplicates()
                .allMatch(at -> at >= NOON && at < NOON + unit.toNanos(1))
                .containsExactly(
                        DoubleStream.of(values).mapToLong(time::of).boxed().toArray(Long[]::new));
        assertThat(time.of(-0.0)).isEqualTo(time.of(0.0)).isEqualTo(NOON);
    }

    @ParameterizedTest
    @EnumSource(names = {"MICROSECONDS", "NANOSECONDS"})
    void finerTimesAreStoredAsSent(TimeUnit unit) {
        assertThat(new SentTime(NOON + 7, unit).of(36)).isEqualTo(NOON + 7);
    }

    @Test
    void allUsualValuesOfOneMillisecondHavePlacesOfTheirOwn() {
        SentTime time = new SentTime(0, TimeUnit.MILLISECONDS);
        BitSet taken = new BitSet();
        for (int hundredths = -499_999; hundredths < 500_000; hundredths++) {
            taken.set((int) time.of(BigDecimal.valueOf(hundredths, 2).doubleValue()));
        }
        assertThat(taken.cardinality()).isEqualTo(999_999);
        assertThat(taken.length()).isLessThanOrEqualTo(1_000_000);
    }

    /** So many that fall at random into 10^6 places take 10^6 (1 - e^-0.1) of them. */
    @Test
    void otherValuesAreScatteredAsIfAtRandom() {
        SentTime time = new SentTime(0, TimeUnit.MILLISECONDS);
        Random random = new Random(1);
        long taken =
                random.doubles(100_000, 20, 21).mapToLong(time::of).distinct().count();
        assertThat(taken).isCloseTo(95_163, within(300L));
    }
}
